// A person's picture, or the first character of their name when there is none or it does not load.
import { useState } from 'preact/hooks'
import { safeAddress } from '../safe-address.js'

export function Avatar({ name, url, size }: { name: string; url: string; size: number }) {
  const [broken, setBroken] = useState('')
  const address = safeAddress(url)
  // By code point, so that an emoji is not cut in half.
  const [initial = '?'] = name.trim()
  return (
    <span
      class="avatar"
      style={{ width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.42}px` }}
      aria-hidden="true"
    >
      {address && broken !== address ? (
        <img
          src={address}
          alt=""
          width={size}
          height={size}
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => setBroken(address)}
        />
      ) : (
        initial
      )}
    </span>
  )
}
