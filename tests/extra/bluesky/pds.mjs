// A PDS on loopback. PDS_* variables configure it; these are the tests' own:
// LISTEN_PORT: the port it listens on, where PDS_PORT is the port of a proxy in front of it;
// WRITE_LIMIT: "POINTS/SECONDS", instead of 5,000 points an hour for the writes of an account.
import { createRequire } from 'node:module'
import { PDS, readEnv } from '@atproto/pds'
import { endWithParent } from './end_with_parent.mjs'

endWithParent()
if (process.env.WRITE_LIMIT) limitWrites(...process.env.WRITE_LIMIT.split('/').map(Number))

const pds = await PDS.fromEnv(readEnv())
const listen = pds.app.listen.bind(pds.app)
// The PDS has no setting for the address.
pds.app.listen = (port) => listen(Number(process.env.LISTEN_PORT || port), '127.0.0.1')
await pds.start()
process.on('SIGTERM', () => pds.destroy().then(() => process.exit(0)))

// The limiter stays the PDS's own; only its numbers change, at its first use.
function limitWrites(points, seconds) {
  const require = createRequire(createRequire(import.meta.url).resolve('@atproto/pds'))
  const server = createRequire(require.resolve('@atproto/xrpc-server'))
  const { RateLimiterMemory } = server('rate-limiter-flexible')
  const consume = RateLimiterMemory.prototype.consume
  RateLimiterMemory.prototype.consume = function (...given) {
    if (this.keyPrefix.includes('repo-write-hour')) {
      this.points = points
      this.duration = seconds
    }
    return consume.apply(this, given)
  }
}
