// The words around an official account.

import { defineTexts } from '../parts/language.js'

export const texts = defineTexts(
  {
    home: '首页',
    official: '公众号',
    followFirst: '扫码成功。先关注这个公众号，它会发来下一步。',
    followText: '关注之后，它可以给你发消息，也可以从菜单打开它的网站。',
    follow: '关注',
    unfollow: '取消关注',
    chat: '消息',
    empty: '还没有消息。',
    waiting: '正在等待公众号回复…',
    trouble: '该公众号提供的服务出现故障，请稍后再试',
    unread: '没能取到新消息，请刷新页面。',
    menu: '公众号菜单',
    login: '在本机登录',
    site: '打开网站',
    noSite: '没有登记网站：用 --site 启动模拟器后，菜单才能打开它。',
  },
  {
    home: 'Home',
    official: 'Official account',
    followFirst: 'Scanned. Follow this account first, it will send you what comes next.',
    followText: 'Once followed, it can send you messages, and its menu opens its site.',
    follow: 'Follow',
    unfollow: 'Unfollow',
    chat: 'Messages',
    empty: 'No messages yet.',
    waiting: 'Waiting for the account to answer…',
    trouble: 'The service of this account is out of order. Please try again later.',
    unread: 'New messages could not be fetched. Please reload the page.',
    menu: 'Menu of the account',
    login: 'Log in on this phone',
    site: 'Open site',
    noSite: 'No site is known: start the simulator with --site to open one from here.',
  },
)
