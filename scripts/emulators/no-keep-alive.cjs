// Loaded into the emulators. Node keeps connections for the next request; the functions' server
// closes them after two idle seconds. A request sent at that moment is lost, and a lost event is
// not sent again.
const http = require('node:http')

http.globalAgent = new http.Agent({ keepAlive: false })
