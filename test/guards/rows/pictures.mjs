// Pictures of people: what keeps our own server from being sent where an attacker likes (T22).
const FETCH = 'server/wechat/avatars/fetch.ts'
const LINKS = 'server/core/account/avatar-links.ts'
const TEST = 'test/attack/avatars.test.ts'

export const pictures = [
  {
    bar: 'T22',
    guard: 'only what we have signed is fetched',
    remove: [[LINKS, "keyring.verify('avatar', bytes, Buffer.from(mac, 'base64url')) >= 0", 'mac.length > 0']],
    test: TEST,
    name: 'is not to be had: an address that we have not signed is unknown, and nobody is asked for it',
  },
  {
    bar: 'T22',
    guard: 'a signature opens no host but WeChat’s',
    remove: [[FETCH, "if (address === '') return null", "if (address === '') return get(new URL(text))"]],
    test: TEST,
    name: 'is refused by the fetcher, too',
    each: 'a signature alone opens nothing: https://localhost/x',
  },
  {
    bar: 'T22',
    guard: 'no name leads into a private network',
    remove: [
      [FETCH, '!found.every(({ address }) => isPublicAddress(address))', '!found.every(({ address }) => address)'],
    ],
    test: TEST,
    name: 'is refused before anything is connected to, after one look',
    each: 'this machine is refused',
  },
  {
    bar: 'T22',
    guard: 'one private address spoils all',
    remove: [[FETCH, '!found.every(({ address }) =>', '!found.some(({ address }) =>']],
    test: TEST,
    name: 'is refused before anything is connected to, after one look',
    each: 'one address of the internet’s and one of ours',
  },
  {
    bar: 'T22',
    guard: 'a picture is judged by its bytes',
    remove: [
      [
        FETCH,
        'pictureOf(await readUpTo(answer.body, maxBytes))',
        "({ type: 'image/png' as const, body: await readUpTo(answer.body, maxBytes) })",
      ],
    ],
    test: TEST,
    name: 'is no picture',
    each: 'a page that is called a picture',
  },
  {
    bar: 'T22',
    guard: 'a picture has an end',
    remove: [
      [
        FETCH,
        "if (size > maxBytes) throw new Refused('too_large')",
        "if (size > maxBytes * 1_000) throw new Refused('too_large')",
      ],
    ],
    test: TEST,
    name: 'a picture that never ends is cut off, and what was sent of it dropped',
  },
  {
    bar: 'T22',
    guard: 'pages load no picture from elsewhere',
    remove: [
      ['server/http/security-headers.ts', '"img-src \'self\' data:"', '"img-src \'self\' data: https://*.qlogo.cn"'],
    ],
    test: 'test/flow/headers.test.ts',
    name: 'may frame WeChat’s page and our own, and is framed by nobody',
    each: '/login may frame',
  },
]
