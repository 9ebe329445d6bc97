// Films a story: what each window showed, frame by frame, into dist/film/<story>, with a page that plays all of them side by side.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const FILMS = fileURLToPath(new URL('../../dist/film/', import.meta.url))

export interface Film {
  /** Films this window from now on. @param name letters only */
  shoot(page: Page, name: string): Promise<void>
  /** Ends it. @returns how many frames each window has, and where the film is */
  develop(): Promise<{ frames: Readonly<Record<string, number>>; file: string }>
}

/** @param story names the folder; an older film of it is taken away */
export function startFilm(story: string): Film {
  const folder = join(FILMS, story)
  const reels: Record<string, { at: number; file: string }[]> = {}
  const ends: (() => Promise<unknown>)[] = []
  rmSync(folder, { recursive: true, force: true })
  return {
    async shoot(page, name) {
      const reel: { at: number; file: string }[] = []
      reels[name] = reel
      mkdirSync(join(folder, name), { recursive: true })
      const devtools = await page.context().newCDPSession(page)
      devtools.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
        const file = `${name}/${String(reel.length).padStart(4, '0')}.jpg`
        writeFileSync(join(folder, file), Buffer.from(data, 'base64'))
        reel.push({ at: metadata.timestamp ?? 0, file })
        void devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => {})
      })
      await devtools.send('Page.startScreencast', { format: 'jpeg', quality: 70 })
      ends.push(() => devtools.send('Page.stopScreencast').catch(() => {}))
    },
    async develop() {
      for (const end of ends) await end()
      const file = join(folder, 'index.html')
      writeFileSync(file, player(story, reels))
      return { frames: Object.fromEntries(Object.entries(reels).map(([name, reel]) => [name, reel.length])), file }
    },
  }
}

const player = (story: string, reels: object): string => `<!doctype html><meta charset="utf-8"><title>${story}</title>
<style>body { background: #444; color: #fff; font: 15px system-ui } img { height: 80vh; margin-right: 12px; background: #fff }</style>
<h1>${story}</h1><div id="screen"></div><script>
const reels = ${JSON.stringify(reels)}
const all = Object.values(reels).flat().map(({ at }) => at)
const [first, last] = [Math.min(...all), Math.max(...all)]
const shown = Object.values(reels).map((reel) => ({ reel, image: document.getElementById('screen').appendChild(new Image()) }))
const begin = Date.now()
setInterval(() => {
  const now = first + ((Date.now() - begin) / 1000) % (last - first + 2)
  for (const { reel, image } of shown) {
    const frame = reel.filter(({ at }) => at <= now).at(-1)
    if (frame && !image.src.endsWith(frame.file)) image.src = frame.file
  }
}, 40)
</script>`
