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

// What functions' processes begin as copies of; see forking.py.
const fs = require('node:fs')
const path = require('node:path')
const python = path.resolve(__dirname, '../../functions/venv/bin/python')
const forking = path.join(__dirname, 'forking.py')
let framework = 'exec functions-framework'
if (process.platform === 'linux' && fs.existsSync(python)) {
  const folder = fs.mkdtempSync('/tmp/kindred-') // a socket's path may have 108 characters
  const socket = path.join(folder, 'socket')
  // It ends with its input, which ends with this process.
  spawn(python, ['-u', forking, 'serve', socket], { stdio: ['pipe', 'inherit', 'inherit'] })
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
  framework = `exec "${python}" -I -S "${forking}" start "${socket}"`
}

childProcess.spawn = (command, args, ...more) => {
  // The shell that starts a function's process becomes it, so that ending one ends the other.
  if (args?.at(-1) === 'functions-framework') args[args.length - 1] = framework
  const child = spawn(command, args, ...more)
  if (command === 'java' && args?.includes('-jar')) {
    child.once('exit', (status, signal) => {
      console.error(`java ${args.join(' ')} ended (${signal ?? status})`)
      process.exit(1)
    })
  }
  return child
}

// A process is started for each request that finds no idle one, and stays as long as the emulators:
// hundreds of them, some 60 MB each, are more than a machine has. Those beyond the newest go once they
// have rested; one that has done nothing yet is somebody's who waits for it.
const MOST_RESTING = 100 // more than there are functions, for tests that ask each of them in turn
const RESTED_MS = 5_000
const { RuntimeWorkerPool } = require('firebase-tools/lib/emulator/functionsRuntimeWorker')
const { submitRequest, getIdleWorker } = RuntimeWorkerPool.prototype
const restingSince = new Map()
RuntimeWorkerPool.prototype.getIdleWorker = function (...asked) {
  const worker = getIdleWorker.apply(this, asked)
  this.given = worker
  return worker
}
RuntimeWorkerPool.prototype.submitRequest = async function (...request) {
  const answered = submitRequest.apply(this, request)
  const worker = this.given // what it has just taken, before anything else could run
  restingSince.delete(worker)
  try {
    return await answered
  } finally {
    if (worker) restingSince.set(worker, Date.now())
    endResting()
  }
}
function endResting() {
  const resting = [...restingSince].filter(([worker]) => worker.state === 'IDLE')
  for (const [worker] of restingSince) {
    if (worker.state === 'FINISHED') restingSince.delete(worker)
  }
  // In the order in which they came to rest.
  for (const [worker, since] of resting.slice(0, -MOST_RESTING)) {
    if (Date.now() - since < RESTED_MS) return
    restingSince.delete(worker)
    worker.state = 'FINISHING'
    worker.runtime.process.kill()
  }
}

require('firebase-tools/lib/bin/firebase')
