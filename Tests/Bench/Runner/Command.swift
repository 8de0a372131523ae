import Glibc

/// A program that is run to its end.
struct Command {
  let words: [String]
  init(_ words: String...) { self.words = words }
  init(words: [String]) { self.words = words }

  struct Result {
    var output = ""
    var exitCode: Int32 = 127
    /// From before it was started to when its end was known, in milliseconds.
    var milliseconds = 0.0
    /// Processor time of it and of its children, in milliseconds.
    var cpu = 0.0
    /// The most that it had resident, in KiB.
    var memory = 0
  }

  /// Runs it with its standard output caught; the rest is ours.
  func run() -> Result {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    ends.forEach { _ = posix_spawn_file_actions_addclose(&actions, $0) }
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }

    let start = now()
    var child = pid_t()
    guard posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else {
      return Result()
    }
    close(ends[1])
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count <= 0 { break }
      text += buffer[..<count]
    }
    close(ends[0])
    var status: Int32 = 0
    var usage = rusage()
    wait4(child, &status, 0, &usage)
    let end = now()
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    return Result(output: String(decoding: text, as: UTF8.self), exitCode: code, milliseconds: (end - start) * 1000,
      cpu: Self.milliseconds(usage.ru_utime) + Self.milliseconds(usage.ru_stime), memory: usage.ru_maxrss)
  }

  /// Its output; a failure ends the benchmark.
  func output() -> String {
    let result = run()
    guard result.exitCode == 0 else { fail("\(words.joined(separator: " ")): exit \(result.exitCode)") }
    return result.output
  }

  /// Its output, which is one number.
  func number() -> Double {
    guard let value = Double(output().filter { !$0.isWhitespace }) else { fail("\(words.joined(separator: " ")): printed no number") }
    return value
  }

  private static func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1e3 + Double(time.tv_usec) / 1e3 }
}

/// Writes a whole text.
func put(_ text: String, to descriptor: Int32) {
  let bytes = Array(text.utf8)
  var done = 0
  while done < bytes.count {
    let count = write(descriptor, Array(bytes[done...]), bytes.count - done)
    if count <= 0 { return }
    done += count
  }
}

/// What went wrong; the end of the benchmark.
func fail(_ message: String) -> Never {
  put("bench: \(message)\n", to: STDERR_FILENO)
  exit(1)
}

/// Runs both, in another order every round: the first one finds the processor as something else has left it.
func inTurns(_ round: Int, _ native: () -> Void, _ heirloom: () -> Void) {
  if round % 2 == 1 {
    native()
    heirloom()
  } else {
    heirloom()
    native()
  }
}
