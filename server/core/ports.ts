// What the rules need from the world. Each port has one contract suite in test/contract, run on every store that claims it.
export * from './ports/audit.js'
export * from './ports/people.js'
export * from './ports/pushes.js'
export * from './ports/store.js'
export * from './ports/tickets.js'
export * from './ports/vault.js'
export * from './ports/wechat.js'
export * from './ports/world.js'
