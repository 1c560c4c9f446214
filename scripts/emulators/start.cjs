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

// firebase-tools goes on when one of its Java engines is killed, and then answers nothing for which
// it needs the engine. The launcher sees this process only, so it ends with them.
const childProcess = require('node:child_process')
const { spawn } = childProcess
childProcess.spawn = (command, args, ...more) => {
  const child = spawn(command, args, ...more)
  if (command === 'java' && args.includes('-jar')) {
    child.once('exit', (status, signal) => {
      console.error(`java ${args.join(' ')} ended (${signal ?? status})`)
      process.exit(1)
    })
  }
  return child
}

require('firebase-tools/lib/bin/firebase')
