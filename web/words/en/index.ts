// Every word of every page in English. Each file satisfies the type of its Chinese twin: a word that is missing, or left over, does
// not compile.
export { account } from './account.js'
export { admin } from './admin.js'
export { callback } from './callback.js'
export { confirm } from './confirm.js'
export { consent } from './consent.js'
export { login } from './login.js'
export { notice } from './notice.js'
