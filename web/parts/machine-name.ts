// What people read of a browser or a system that is named.

/** The names that are known, as `Chrome 142 · Windows 10/11`; empty when none is. The server says `Unknown browser` of others. */
export function machineName(...names: readonly (string | null | undefined)[]): string {
  return names.filter((name) => name && !name.startsWith('Unknown ')).join(' · ')
}
