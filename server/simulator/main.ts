// The simulator as a program of its own, started by hand or beside the server, whose end it does not outlive.
import { readSettings, SettingsError } from './settings.js'
import { createSimulator, type RunningSimulator } from './simulator.js'

function fail(message: string): never {
  console.error(`simulator: ${message}`)
  process.exit(1)
}

async function start(): Promise<RunningSimulator> {
  const { port, host, advertisedUrl, siteOrigins, siteServer, callbackDomains } = readSettings(
    process.argv.slice(2),
    process.env.NODE_ENV,
    process.env.SIMULATOR_PORT || undefined,
  )
  const simulator = createSimulator({
    siteOrigins,
    callbackDomains,
    log: (line) => console.error(line),
    ...(advertisedUrl === undefined ? {} : { advertisedUrl }),
    ...(siteServer === undefined ? {} : { siteServer }),
  })
  return simulator.listen(port, host)
}

try {
  const running = await start()
  const stop = () => void running.close().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.once('disconnect', stop)
  console.log(`WeChat simulator (not WeChat) on ${running.url}, phone at /phone, appids and secrets at /sim/apps`)
  process.send?.({ type: 'ready', url: running.url })
} catch (error) {
  fail(error instanceof SettingsError ? error.message : `cannot start: ${String(error)}`)
}
