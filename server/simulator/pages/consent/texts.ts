// The words of the consent sheet.

import { defineTexts } from '../parts/language.js'

export const texts = defineTexts(
  {
    title: '授权',
    choose: '选择身份',
    requests: '申请',
    login: '用你的身份登录',
    profile: '使用你的昵称和头像',
    silent: '只需要知道是谁在使用这部手机，不会询问授权。',
    who: '以谁的身份',
    deny: '拒绝',
    allow: '允许',
    continue: '继续',
    nobody: '这里还没有人物，请先用 POST /sim/people 添加。',
  },
  {
    title: 'Consent',
    choose: 'Choose a person',
    requests: 'asks to',
    login: 'Log you in',
    profile: 'Use your nickname and picture',
    silent: 'It only needs to know who holds this phone. There is nothing to consent to.',
    who: 'Answer as',
    deny: 'Refuse',
    allow: 'Allow',
    continue: 'Continue',
    nobody: 'There is nobody here yet. Add people with POST /sim/people.',
  },
)
