// Loaded before a server that is to be asked for its memory; the server itself knows nothing of it.
process.on('message', async (message) => {
  if (message !== 'measure') return
  for (let round = 0; round < 4; round++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, rss } = process.memoryUsage()
  process.send({ heapUsed, rss })
})
process.channel?.unref()
