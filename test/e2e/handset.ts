// The person with the phone: WeChat's browser, which opens what the camera has read.
import type { BrowserContext, Page } from 'playwright-core'
import type { Quiet } from './quiet.js'

export interface Handset {
  readonly context: BrowserContext
  readonly page: Page
  readonly quiet: Quiet
  open(address: string): Promise<void>
  /** Touches a person's row, wherever the phone asks who holds it. */
  choose(person: string): Promise<void>
  press(button: string): Promise<void>
  /** Answers WeChat's silent question, who that is, where the phone has not been asked before. */
  isHeldBy(person: string): Promise<void>
  /** Opens our code, held by `person`: WeChat says silently who that is, and our page asks its question. */
  arrive(code: string, person: string): Promise<void>
  /** From our question through WeChat's explicit consent, if we have to ask for it, to the field for the number. */
  consent(): Promise<void>
  /** Both of these: afterwards only the number is missing. */
  scan(code: string, person: string): Promise<void>
  /** Types the digits and confirms, without waiting for what becomes of it. */
  confirm(digits: string): Promise<void>
  /** Scans WeChat's own code, is `person`, and allows or refuses. */
  answerWechat(code: string, person: string, answer: '允许' | '拒绝'): Promise<void>
  /** Waits for a sentence on the screen. */
  reads(text: string | RegExp): Promise<void>
}

export function createHandset({ page, quiet }: { page: Page; quiet: Quiet }): Handset {
  const question = page.getByRole('heading', { name: '您正在登录另一台设备' })
  const goOn = page.getByRole('link', { name: '继续', exact: true })
  const number = page.getByLabel('输入电脑上显示的两位数字')
  const open = async (address: string) => void (await page.goto(address))
  const choose = (person: string) => page.getByText(person, { exact: true }).click()
  const press = (button: string) => page.getByRole('button', { name: button, exact: true }).click()

  async function isHeldBy(person: string): Promise<void> {
    await choose(person)
    await press('继续')
  }
  // A phone quicker than the computer is told to wait, and its page tries again.
  quiet.expect(/status of 425 /)

  async function arrive(code: string, person: string): Promise<void> {
    await open(code)
    await isHeldBy(person)
    await question.waitFor()
  }
  async function consent(): Promise<void> {
    await goOn.or(number).waitFor()
    if (await number.isVisible()) return
    await goOn.click()
    await press('允许')
    await number.waitFor()
  }

  return {
    context: page.context(),
    page,
    quiet,
    open,
    choose,
    press,
    isHeldBy,
    arrive,
    consent,
    async scan(code, person) {
      await arrive(code, person)
      await consent()
    },
    async confirm(digits) {
      await number.fill(digits)
      await press('确认登录')
    },
    async answerWechat(code, person, answer) {
      await open(code)
      await choose(person)
      await press(answer)
    },
    reads: (text) => page.getByText(text).first().waitFor(),
  }
}
