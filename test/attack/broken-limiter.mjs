// Loaded into the real program by `node --import`, from outside: its counters fail when they are told to.
import { RateLimiterMemory } from 'rate-limiter-flexible'

let broken = false

process.on('message', (order) => {
  broken = order.broken
  process.send('heard')
})

for (const name of ['consume', 'get']) {
  const whole = RateLimiterMemory.prototype[name]
  RateLimiterMemory.prototype[name] = function faulty(...all) {
    return broken ? Promise.reject(new Error('the counters are away')) : whole.apply(this, all)
  }
}
