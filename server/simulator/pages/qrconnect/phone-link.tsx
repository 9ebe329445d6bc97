// The way to the simulated phone, with the code already before its camera.

import { Icon } from '../parts/icons.js'

interface PhoneLinkProps {
  readonly uuid: string
  readonly label: string
}

const WINDOW_NAME = 'saoma-phone'

/** Opens a window of a phone's size. Where the browser gives none, it remains a link to a new tab. */
export function PhoneLink({ uuid, label }: PhoneLinkProps) {
  const code = `${location.origin}/connect/confirm?uuid=${encodeURIComponent(uuid)}`
  const address = `/phone?scan=${encodeURIComponent(code)}`

  function open(event: MouseEvent) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    const phone = window.open(address, WINDOW_NAME, 'popup,width=390,height=760')
    if (phone === null) return
    event.preventDefault()
    phone.focus()
  }

  return (
    <a class="button primary phone-link" href={address} target={WINDOW_NAME} onClick={open}>
      <Icon name="phone" />
      {label}
    </a>
  )
}
