// The camera, as long as it is on the screen: looks for a code several times a second and reports the first.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Language } from '../parts/language.js'
import { decodeFrame } from './decode.js'
import { texts } from './texts.js'

type CameraState = 'starting' | 'live' | 'insecure' | 'refused' | 'absent' | 'broken'

const LOOK_EVERY_MS = 150

interface CameraProps {
  readonly language: Language
  readonly onText: (text: string) => void
}

export function Camera({ language, onText }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [state, setState] = useState<CameraState>('starting')
  const t = texts[language]

  useEffect(() => {
    const ended = new AbortController()
    if (video.current !== null) void look(video.current, ended.signal, setState, onText)
    return () => ended.abort()
  }, [])

  return (
    <div class={`camera is-${state}`}>
      <video ref={video} muted playsInline />
      <p class="camera-words" role="status">
        {state === 'live' ? t.aim : t[state]}
      </p>
    </div>
  )
}

async function look(
  video: HTMLVideoElement,
  ended: AbortSignal,
  report: (state: CameraState) => void,
  onText: (text: string) => void,
): Promise<void> {
  // Browsers hide the whole interface from an insecure page.
  if (!isSecureContext || navigator.mediaDevices === undefined) return report('insecure')
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 } },
    })
    if (ended.aborted) return stop(stream)
    ended.addEventListener('abort', () => stop(stream))
    video.srcObject = stream
    await video.play()
    report('live')
    while (!ended.aborted) {
      const text = await decodeFrame(video)
      if (text !== null && !ended.aborted) return onText(text)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  } catch (error) {
    if (!ended.aborted) report(troubleOf(error))
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function troubleOf(error: unknown): CameraState {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'absent' : 'broken'
}
