// The way back, at the top left of a screen.

import type { ComponentChildren } from 'preact'
import { Icon } from './icons.js'

/** Back within a page. */
export function BackButton({
  onClick,
  children,
}: {
  readonly onClick: () => void
  readonly children: ComponentChildren
}) {
  return (
    <button type="button" class="back" onClick={onClick}>
      <Icon name="back" />
      {children}
    </button>
  )
}

/** Back to another page. */
export function BackLink({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  return (
    <a class="back" href={href}>
      <Icon name="back" />
      {children}
    </a>
  )
}
