// Four ways to put a code before the phone: the camera, an image file, a pasted or dropped image, a pasted link.

import { useEffect } from 'preact/hooks'
import { BackButton } from '../parts/back.js'
import { Icon } from '../parts/icons.js'
import type { Language } from '../parts/language.js'
import { Camera } from './camera.js'
import { decodeImage } from './decode.js'
import { texts } from './texts.js'

interface ScannerProps {
  readonly language: Language
  readonly unreadable: boolean
  readonly onText: (text: string) => void
  readonly onMissed: () => void
  readonly onBack: () => void
}

export function Scanner({ language, unreadable, onText, onMissed, onBack }: ScannerProps) {
  const t = texts[language]

  async function readImage(file: Blob) {
    const text = await decodeImage(file)
    if (text === null) onMissed()
    else onText(text)
  }

  useTransfers((transfer) => {
    const image = imageIn(transfer)
    if (image !== null) void readImage(image)
    return image !== null
  })

  function picked(event: Event & { currentTarget: HTMLInputElement }) {
    const file = event.currentTarget.files?.[0]
    // The same file may be chosen twice.
    event.currentTarget.value = ''
    if (file !== undefined) void readImage(file)
  }

  function typed(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('text')
    if (typeof text === 'string' && text.trim() !== '') onText(text)
  }

  return (
    <main class="scanner">
      <div class="bar">
        <BackButton onClick={onBack}>{t.back}</BackButton>
        <h1>{t.scan}</h1>
      </div>
      <Camera language={language} onText={onText} />
      {unreadable ? (
        <p class="trouble" role="alert">
          {t.unreadable}
        </p>
      ) : null}
      <label class="button image-button">
        <input type="file" accept="image/*" onChange={picked} />
        <Icon name="image" />
        {t.image}
      </label>
      <p class="image-hint">{t.imageHint}</p>
      <form class="link-form" onSubmit={typed}>
        <input name="text" type="text" inputMode="url" placeholder={t.paste} aria-label={t.paste} autoComplete="off" />
        <button type="submit" class="button">
          {t.open}
        </button>
      </form>
    </main>
  )
}

/** Listens to pastes and drops anywhere on the page; `take` answers whether it has used what came. */
function useTransfers(take: (transfer: DataTransfer) => boolean): void {
  useEffect(() => {
    const ended = new AbortController()
    const { signal } = ended
    addEventListener('dragover', (event) => event.preventDefault(), { signal })
    addEventListener('drop', (event) => received(event, event.dataTransfer), { signal })
    addEventListener('paste', (event) => received(event, event.clipboardData), { signal })
    return () => ended.abort()

    function received(event: DragEvent | ClipboardEvent, transfer: DataTransfer | null) {
      const taken = transfer !== null && take(transfer)
      // A dropped file that nobody takes would replace the page.
      if (taken || event.type === 'drop') event.preventDefault()
    }
  }, [])
}

function imageIn(transfer: DataTransfer): File | null {
  return [...transfer.files].find(({ type }) => type.startsWith('image/')) ?? null
}
