// What holds between nodes: hints that are told and not believed, limits that are shared and wait for nobody.
const BUS = 'server/push/redis-bus.ts'
const LINK = 'server/redis/link.ts'
const SHARED = 'server/http/limits/redis-limiter.ts'
const LIMITER = 'server/http/limits/limiter.ts'
const BUS_TEST = 'test/push/redis-bus.test.ts'
const LIMITER_TEST = 'test/http/limits/redis-limiter.test.ts'
const TOKEN_TEST = 'test/wechat/server-token-nodes.test.ts'
const FLOW_TEST = 'test/flow/redis.test.ts'

const rows = [
  {
    guard: 'a hint goes to the other nodes',
    remove: [[BUS, 'channel.send(JSON.stringify({ node, hints: some }))', 'true']],
    test: FLOW_TEST,
    name: 'a callback that comes to the other node is told to the page at once',
  },
  {
    guard: 'what was missed is read again',
    remove: [[BUS, 'for (const lost of [...losses]) lost()', '']],
    test: FLOW_TEST,
    name: 'what moved while Redis was gone is told when it is back',
  },
  {
    guard: 'what comes from here is not heard twice',
    remove: [[BUS, 'if (message.node === node) return', '']],
    test: BUS_TEST,
    name: 'what one node says the other hears, once and in order',
  },
  {
    guard: 'what comes in is parsed by a schema',
    remove: [[BUS, 'return Message.parse(JSON.parse(bytes.toString()))', 'return JSON.parse(bytes.toString())']],
    test: BUS_TEST,
    name: 'malformed and outsize messages are counted and heard by nobody',
  },
  {
    guard: 'nothing waits for a Redis that is gone',
    remove: [[LINK, "if (client.status !== 'ready') return false", '']],
    test: BUS_TEST,
    name: 'killed: publishing neither throws nor waits',
  },
  {
    guard: 'a Redis that is silent is found out',
    remove: [[LINK, "if (connection.status === 'ready') connection.ping().catch(() => {})", '']],
    test: BUS_TEST,
    name: 'held with its connections open',
  },
  {
    guard: 'errors of Redis are told by their kind alone',
    remove: [[LINK, 'why = kindOf(error)', 'why = JSON.stringify(error)']],
    test: BUS_TEST,
    name: 'a wrong password is told by its kind',
  },
  {
    guard: 'a made-up hint does not make a node ask WeChat',
    remove: [['server/core/login/scan.ts', 'if (!moved) await rest()', '']],
    test: FLOW_TEST,
    name: 'attack: a flood of forged hints costs one reading at a time',
  },
  {
    guard: 'no address stands in Redis',
    remove: [
      [
        'server/between-nodes.ts',
        "hide: (id) => keyring.mac('limit', Buffer.from(id)).toString('base64url', 0, 18),",
        'hide: (id) => id,',
      ],
    ],
    test: FLOW_TEST,
    name: 'attack: whoever listens on Redis during logins',
  },
  {
    guard: 'a limit gives Redis a blink',
    remove: [[SHARED, 'const PATIENCE_MS = 250', 'const PATIENCE_MS = 5_000']],
    test: LIMITER_TEST,
    name: 'held: nobody waits longer than a blink',
  },
  {
    guard: 'after a failure Redis is left alone',
    remove: [[SHARED, 'restsUntil = now() + REST_MS\n      return local', 'restsUntil = null\n      return local']],
    test: LIMITER_TEST,
    name: 'held: nobody waits longer than a blink',
  },
  {
    guard: 'an answer that is no count is an outage',
    remove: [[LIMITER, "throw new Error('The counter made no sense.')", 'return 0']],
    test: LIMITER_TEST,
    name: 'attack: counters answered with',
    each: 'attack: counters answered with no numbers are not believed',
  },
  {
    guard: 'one node at a time asks WeChat for a token',
    remove: [['server/core/lease.ts', 'holder !== null && now() - watched.since < LEASE_MS', 'holder === mine']],
    test: TOKEN_TEST,
    name: 'all want it at the same moment, and WeChat is slow',
  },
  {
    guard: 'a node that died with the lease is given up',
    remove: [['server/core/lease.ts', 'now() - watched.since < LEASE_MS', 'watched.holder === holder']],
    test: TOKEN_TEST,
    name: 'the holder died: it is missed',
  },
  {
    guard: 'who has waited for a token does not ask again',
    remove: [
      [
        'server/core/vault.ts',
        'value === not && record?.sealed === seen?.sealed',
        'value === not && seen !== undefined',
      ],
    ],
    test: TOKEN_TEST,
    name: 'WeChat gives the same one again',
  },
  {
    bar: 'R17',
    guard: 'a node whose clock is off goes by the database',
    remove: [['server/shared-clock.ts', 'clock: () => own() + offMs', 'clock: () => own() + 0 * offMs']],
    test: 'test/flow/clocks.test.ts',
    name: 'the clock of one is',
    each: 'the clock of one is 10 minutes off',
  },
  {
    bar: 'R17',
    guard: 'a slow answer about the time is no reason to jump',
    remove: [
      ['server/shared-clock.ts', 'if (fits(offMs)) return', 'if (offMs > 0 && fits(offMs)) return'],
      ['server/shared-clock.ts', 'fits(0) ? 0 :', ''],
    ],
    test: 'test/shared-clock.test.ts',
    name: 'a right clock stays as it is when an answer was slow, because',
    each: 'a right clock stays as it is when an answer was slow, because its connection was waited for',
  },
  {
    guard: 'Redis with SQLite is refused',
    remove: [['server/config.ts', '&& !namesServer(config.databaseUrl)', "&& config.databaseUrl === ''"]],
    test: 'test/config/refused.test.ts',
    name: 'with SQLite, and it is said why',
  },
]

export const nodes = rows.map((row) => ({ bar: 'R8', ...row }))
