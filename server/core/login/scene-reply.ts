// What an Official Account answers to a scan: Chinese first, then English. WeChat makes a link of `<a href>` and shows
// everything else as text.
import type { TicketRecord } from '../ports.js'

export const sceneReply = {
  /** Site, device, address and age are what our page on the phone says too: the person can stop here already. */
  link({ record, siteName, publicUrl, now }: Link): string {
    const { browser, os, address, place } = record.device
    const where = [`${plain(browser)} · ${plain(os)}`, plain(place ?? address)].join(', ')
    const seconds = Math.max(0, Math.round((now - record.createdAt) / 1000))
    const link = `${publicUrl}/t/${record.id}`
    return [
      `您正在登录「${plain(siteName)}」`,
      `设备：${where}（${seconds} 秒前）`,
      `<a href="${link}">点击这里确认</a>。若不是您本人操作，请忽略本消息。`,
      '',
      `You are logging in to ${plain(siteName)} on ${where}, begun ${seconds} s ago. <a href="${link}">Tap here to confirm</a>, or ignore this.`,
    ].join('\n')
  },
  done: (siteName: string): string => `您已登录「${plain(siteName)}」。\nYou are logged in to ${plain(siteName)}.`,
  elsewhere: (): string =>
    '二维码已被别人扫描，请刷新后重试。\nSomebody else has scanned this code. Please show a new one.',
  over: (): string => '二维码已失效，请刷新后重新扫描。\nThis code is no longer valid. Please show a new one.',
}

interface Link {
  readonly record: TicketRecord
  readonly siteName: string
  readonly publicUrl: string
  readonly now: number
}

/** Nothing that could begin a link of its own. */
function plain(text: string): string {
  return text.replace(/[<>]/g, '')
}
