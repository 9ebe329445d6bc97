// A person's picture or an app's tile, with a coloured initial where there is no picture.

import { useState } from 'preact/hooks'
import { hueOf, initial } from './nickname.js'

const HUES = 6

interface AvatarProps {
  readonly name: string
  readonly label: string
  readonly url?: string
  readonly shape?: 'round' | 'tile'
}

/** Decoration: whoever shows it also shows the name. `name` decides the colour, `label` gives the initial. */
export function Avatar({ name, label, url = '', shape = 'round' }: AvatarProps) {
  const [broken, setBroken] = useState(false)
  if (url !== '' && !broken) {
    return <img class={`avatar ${shape}`} src={url} alt="" onError={() => setBroken(true)} />
  }
  return (
    <span class={`avatar ${shape} hue-${hueOf(name, HUES)}`} aria-hidden="true">
      {initial(label)}
    </span>
  )
}
