// A PLC directory on loopback, at PLC_PORT, that keeps its entries in memory.
import plc from '@did-plc/server'
import { endWithParent } from './end_with_parent.mjs'

endWithParent()
const port = Number(process.env.PLC_PORT)
const server = plc.PlcServer.create({ db: plc.Database.mock(), port })
const listen = server.app.listen.bind(server.app)
// The directory has no setting for the address.
server.app.listen = (port) => listen(port, '127.0.0.1')
await server.start()
process.on('SIGTERM', () => server.destroy().then(() => process.exit(0)))
