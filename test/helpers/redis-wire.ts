import { connect, createServer, type Socket } from 'node:net'

/** Redis at `url` behind a wire that can be cut, held so that nothing passes, or that answers for it. */
export async function wireTo(url: string) {
  const { hostname, port } = new URL(url)
  const pairs = new Set<[Socket, Socket]>()
  let up = true
  let answerFor: (request: string) => string | 'cut' | undefined = () => undefined
  const server = createServer((near) => {
    if (!up) {
      near.destroy()
      return
    }
    const far = connect(Number(port || 6379), hostname)
    pairs.add([near, far])
    near.on('data', (chunk) => {
      const answer = answerFor(chunk.toString('latin1'))
      if (answer === undefined) far.write(chunk)
      else if (answer === 'cut') near.destroy()
      else near.write(answer)
    })
    far.pipe(near)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) pair.forEach(act)
  }
  return {
    url: `redis://127.0.0.1:${address.port}`,
    cut: () => {
      up = false
      each((socket) => socket.destroy())
      pairs.clear()
    },
    mend: () => {
      up = true
    },
    /** Nothing passes any more on the connections there are, and nobody is told. */
    hold: () => each((socket) => socket.unpipe().pause()),
    /** Answers a request itself, cuts the connection instead, or (undefined) lets it pass. */
    answering: (answer: typeof answerFor) => {
      answerFor = answer
    },
    close: () => {
      each((socket) => socket.destroy())
      server.close()
    },
  }
}
