// The service's own sign: the corner of a code, and the line that reads it.
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" stroke-width="2.4" stroke-linecap="round">
        <path d="M8 12.5V10a2 2 0 0 1 2-2h2.5M19.5 8H22a2 2 0 0 1 2 2v2.5M24 19.5V22a2 2 0 0 1-2 2h-2.5M12.5 24H10a2 2 0 0 1-2-2v-2.5" />
        <path d="M7 16h18" />
      </g>
    </svg>
  )
}

/** A site's name beside its own logo, or beside ours when it has none. */
export function Brand({ name, logoUrl }: { name: string; logoUrl: string | null }) {
  return (
    <div class="brand">
      {logoUrl ? <img src={logoUrl} alt="" referrerpolicy="no-referrer" /> : <Mark />}
      <bdi class="one-line">{name}</bdi>
    </div>
  )
}
