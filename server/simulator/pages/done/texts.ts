// The words for each end that a scan can come to.

import type { DoneData } from '../../page-data.js'
import { defineTexts, type Texts } from '../parts/language.js'

export const results: Readonly<Record<DoneData['result'], Texts<'title' | 'text'>>> = {
  allowed: defineTexts(
    { title: '已确认登录', text: '请看电脑：页面正在进入。' },
    { title: 'Login confirmed', text: 'Look at your computer: its page is going on.' },
  ),
  denied: defineTexts(
    { title: '已拒绝', text: '没有登录，也没有交出任何信息。电脑上的二维码还可以再扫。' },
    { title: 'Refused', text: 'Nobody was logged in and nothing was handed over. The code may be scanned again.' },
  ),
  withheld: defineTexts(
    { title: '已拒绝授权', text: '网站没有得到昵称和头像。返回上一页可以重新选择。' },
    { title: 'Consent refused', text: 'The site was given neither name nor picture. Go back to choose again.' },
  ),
  expired: defineTexts(
    { title: '二维码已过期', text: '电脑上会换成新的二维码，请再扫一次。' },
    { title: 'This code has expired', text: 'The computer will show a new one. Please scan that.' },
  ),
  taken: defineTexts(
    { title: '二维码已被使用', text: '它已由另一部手机扫过，或者已经用完。请在电脑上换一个新的。' },
    { title: 'This code is taken', text: 'Another phone has scanned it, or it has been used. Get a new one.' },
  ),
}

export const texts = defineTexts(
  { close: '关闭手机', home: '回到手机首页' },
  { close: 'Put the phone away', home: 'To the home screen' },
)
