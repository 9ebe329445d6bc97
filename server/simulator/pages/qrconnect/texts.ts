// The words of the PC page.

import { defineTexts } from '../parts/language.js'

export const texts = defineTexts(
  {
    title: '扫码登录',
    to: '登录到',
    code: '登录二维码',
    waiting: '等待手机扫码',
    scanned: '已扫描',
    scannedNext: '请在手机上确认登录',
    cancelled: '你在手机上取消了这次登录',
    cancelledNext: '可以再扫一次',
    renewing: '正在换新的二维码…',
    trouble: '连接断开，正在重试…',
    confirmed: '已确认',
    confirmedNext: '正在返回…',
    continue: '没有跳转？点这里继续',
    phone: '用模拟手机扫码',
  },
  {
    title: 'Scan to log in',
    to: 'Log in to',
    code: 'Login QR code',
    waiting: 'Waiting for a phone to scan',
    scanned: 'Scanned',
    scannedNext: 'Confirm on the phone',
    cancelled: 'Cancelled on the phone',
    cancelledNext: 'You can scan the code again',
    renewing: 'Getting a new code…',
    trouble: 'Connection lost, trying again…',
    confirmed: 'Confirmed',
    confirmedNext: 'Taking you back…',
    continue: 'Nothing happens? Continue here',
    phone: 'Scan with simulated phone',
  },
)
