// A page that shows somebody's name, watched from inside: what it made of the name, and whether anything else came of it.
import type { BrowserContext, Page } from 'playwright-core'

/** What a page made of a name. */
export interface Found {
  readonly text: string
  /** Elements and attributes that no page of ours has: markup, handlers, addresses that run or lead away. */
  readonly foreign: readonly string[]
  /** How the rest of the page is built, without people's pictures and initials. */
  readonly shape: string
  readonly stickingOut: boolean
  readonly height: number
}

/**
 * Waits until `where` says `text`, then looks at the whole document.
 * @param where a selector for the element that holds the name and what belongs to its sentence
 */
export async function lookAt(page: Page, where: string, text: string): Promise<Found> {
  return page.evaluate(
    async ({ where, text }) => {
      const deadline = performance.now() + 10_000
      const said = () => document.querySelector(where)?.textContent ?? null
      while (said() !== text && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 3))
      const foreign: string[] = []
      const shape: string[] = []
      for (const element of document.querySelectorAll('*')) {
        const picture = element.matches('.avatar img')
        // Recent logins grow with each that this story makes.
        if (!picture && !element.matches('iframe *, .logins *')) shape.push(element.localName)
        for (const { name, value } of element.attributes) {
          const leads = /^(href|src|srcset|action|formaction|data|srcdoc|xlink:href|style)$/.test(name)
          if (name.startsWith('on') || name === 'srcdoc') foreign.push(`${element.localName} ${name}`)
          if (leads && /script:|evil\.example|data:text/i.test(value))
            foreign.push(`${element.localName} ${name}=${value}`)
          if (picture && name === 'src' && !/^https?:/.test(value)) foreign.push(`picture ${value}`)
        }
      }
      const holder = document.querySelector(where)
      if (!holder?.closest('bdi') || holder.childElementCount > 0) foreign.push('the name stands in no isolated text')
      const logins = document.querySelector<HTMLElement>('.logins')
      if (logins) logins.hidden = true
      const { scrollWidth, clientWidth, scrollHeight } = document.documentElement
      if (logins) logins.hidden = false
      return {
        text: said() ?? '',
        foreign,
        shape: shape.join(' '),
        stickingOut: scrollWidth > clientWidth,
        height: scrollHeight,
      }
    },
    { where, text },
  )
}

/**
 * Runs the page's own built script once more in the same document, as if it had been opened anew, which takes a tenth of
 * the time. The page's policy is in force for it as for the first run.
 */
export async function runAnew(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const script = document.querySelector<HTMLScriptElement>('script[type=module]')
    const root = document.getElementById('page')
    root?.replaceWith(root.cloneNode(false))
    const again = document.createElement('script')
    again.type = 'module'
    again.src = `${script?.src}?run=${Math.random()}`
    await new Promise((resolve) => {
      again.onload = resolve
      document.body.append(again)
    })
    again.remove()
  })
}

/** Our own pictures of people, which here are scripts: as if what WeChat gave had passed every check. */
async function hangPictures(page: Page): Promise<void> {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="hacked()"><script>hacked()</script></svg>'
  const client = await page.context().newCDPSession(page)
  client.on('Fetch.requestPaused', ({ requestId }) => {
    const responseHeaders = [{ name: 'content-type', value: 'image/svg+xml' }]
    const body = Buffer.from(svg).toString('base64')
    void client.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body }).catch(() => {})
  })
  // Not as a route of the context: all other requests would make the detour, too.
  await client.send('Fetch.enable', { patterns: [{ urlPattern: '*/avatars/*' }] })
}

/** Listens for what must not happen at all in the pages of a browser. @param ours origins that may be asked */
export async function watchFor(context: BrowserContext, ours: readonly string[]): Promise<readonly string[]> {
  const happened: string[] = []
  await context.exposeFunction('hacked', () => void happened.push('a script ran'))
  context.on('dialog', (dialog) => {
    happened.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    const known = ours.includes(origin)
    if (!known && protocol !== 'data:') happened.push(`asked: ${request.url()}`)
  })
  for (const page of context.pages()) {
    await hangPictures(page)
    page.on('popup', (popup) => void happened.push(`opened: ${popup.url()}`))
    page.on('framenavigated', (frame) => {
      if (!ours.includes(new URL(frame.url()).origin)) happened.push(`led to: ${frame.url()}`)
    })
  }
  return happened
}
