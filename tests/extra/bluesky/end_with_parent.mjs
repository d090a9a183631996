// Ends this process when the tests that started it are gone, even if they were killed.
const parent = Number(process.env.PARENT_PID)

export function endWithParent() {
  setInterval(() => process.ppid === parent || process.exit(1), 500).unref()
}
