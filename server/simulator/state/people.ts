// The people who use the simulated WeChat: two ordinary ones, and one for each thing that real profiles do to software.

export interface Person {
  /** Short name, as in `x-sim-person` and the control API. */
  readonly name: string
  /** What openid and unionid are computed from: who this person really is, whatever they are called. */
  readonly seed: string
  readonly nickname: string
  /** A path on the simulator, an absolute URL, or empty. */
  readonly avatarUrl: string
  readonly note: { readonly zh: string; readonly en: string }
  /** Refuses whatever is asked. */
  readonly refuses: boolean
  /** WeChat never tells a unionid for this person. */
  readonly noUnionid: boolean
  /** WeChat has blocked this person's logins in mini programs. */
  readonly blocked: boolean
}

export interface People {
  find(name: string): Person | null
  all(): readonly Person[]
  /** Adds a person, or replaces the one of the same name. */
  put(person: Person): void
}

/** Where the simulator serves this person's picture; the last part is a size, as on WeChat's own image host. */
export function avatarPathOf(name: string): string {
  return `/mmopen/vi_32/${encodeURIComponent(name)}/132`
}

/** A person with nothing special about them. */
export function ordinaryPerson(name: string): Person {
  return {
    name,
    seed: `person:${name}`,
    nickname: name,
    avatarUrl: avatarPathOf(name),
    note: { zh: '普通用户', en: 'An ordinary person' },
    refuses: false,
    noUnionid: false,
    blocked: false,
  }
}

const DEFAULTS: readonly (Partial<Person> & { readonly name: string })[] = [
  { name: 'alice', nickname: 'Alice 小林' },
  { name: 'bob', nickname: 'Bob 老王' },
  {
    name: 'emoji',
    nickname: '🌸👨‍👩‍👧‍👦🇨🇳\uE32A',
    note: { zh: '昵称只有表情，含组合表情与私有区字符', en: 'A name of emoji only: joined, flags, private-use' },
  },
  {
    name: 'long',
    nickname: '很长很长的名字'.repeat(24),
    note: { zh: '昵称非常长', en: 'A very long name' },
  },
  {
    name: 'rtl',
    nickname: '\u202Eمرحبا ليلى\u202C\u200F',
    note: { zh: '昵称从右往左，含方向控制符', en: 'A right-to-left name with marks that turn text around' },
  },
  {
    name: 'plain',
    nickname: '没有头像',
    avatarUrl: '',
    note: { zh: '没有头像', en: 'No picture' },
  },
  {
    name: 'refuser',
    nickname: '不同意',
    refuses: true,
    note: { zh: '总是拒绝', en: 'Always refuses' },
  },
  {
    name: 'solo',
    nickname: '独行侠',
    noUnionid: true,
    note: { zh: '没有 unionid', en: 'WeChat tells no unionid' },
  },
  {
    name: 'html',
    nickname: '<b>Bobby</b><script>alert(1)</script>&amp;"\'',
    note: { zh: '昵称是 HTML', en: 'A name made of HTML' },
  },
  {
    name: 'control',
    nickname: 'Bell\u0007 and\u0014 tab\tend\u007F',
    note: { zh: '昵称含控制字符，原样放进 JSON', en: 'Control characters in the name, raw in the JSON' },
  },
]

/** The default people. */
export function createPeople(): People {
  const people = new Map(DEFAULTS.map((given) => [given.name, { ...ordinaryPerson(given.name), ...given }]))
  return {
    find: (name) => people.get(name) ?? null,
    all: () => [...people.values()],
    put: (person) => void people.set(person.name, person),
  }
}
