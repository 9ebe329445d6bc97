// Loaded into the program with `node --import`: on SIGUSR2 its event loop is kept busy, 300 ms at a time, for as many
// seconds as BLOCK_SECONDS says.
process.on('SIGUSR2', () => {
  const end = Date.now() + Number(process.env.BLOCK_SECONDS) * 1000
  const block = () => {
    for (const until = Date.now() + 300; Date.now() < until; );
    if (Date.now() < end) setImmediate(block)
  }
  block()
})
