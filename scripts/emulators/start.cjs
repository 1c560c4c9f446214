// The Firebase CLI, with what its emulators have no option for.
const http = require('node:http')

// Node keeps connections for the next request; the functions' server closes them after two idle
// seconds. A request sent at that moment is lost, and a lost event is not sent again.
http.globalAgent = new http.Agent({ keepAlive: false })

// In milliseconds. The Tasks emulator looks once a second whether a task has come, so that each job
// would wait; while one runs it looks as often as it can, which takes the processor from the job.
const { TaskQueueController } = require('firebase-tools/lib/emulator/tasksEmulator')
TaskQueueController.LISTEN_TIMEOUT = 20
TaskQueueController.UPDATE_TIMEOUT = 20

require('firebase-tools/lib/bin/firebase')
