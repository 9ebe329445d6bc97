// Every word of every page in Chinese, the first language. A page takes its own file, so that it loads nobody else's words. What is
// said of an error or of a login's end stands in shared/errors and shared/reasons: the server says it, too.
export { account } from './account.js'
export { admin } from './admin.js'
export { callback } from './callback.js'
export { confirm } from './confirm.js'
export { consent } from './consent.js'
export { login } from './login.js'
export { notice } from './notice.js'
