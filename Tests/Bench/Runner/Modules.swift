import Glibc
import HeirloomControl

/// How long it takes to load and to unload a module under a guest that makes the overridden call without a pause, and what it
/// costs a call that the kernel knows who is inside of a module.
struct Modules: Benchmark {
  static let name = "modules"
  let setting: Setting
  private var rounds: Int { setting.rounds * 30 }
  var steps: Int { rounds }

  init(_ setting: Setting) { self.setting = setting }

  private static let kernelName = "bench"
  private static let languages = [("C", "getpid2", "getpid2"), ("Swift", "getpid2-swift", "getpid2_swift")]

  /// Milliseconds of one language's modules.
  private struct Times {
    /// From the start of the command to the first overridden call.
    var commandToCall = Samples()
    /// From the start of the command to its end.
    var insmod = Samples()
    var rmmod = Samples()
    /// From the request to the first overridden call, and from the request to the answer.
    var requestToCall = Samples()
    var removal = Samples()
  }

  func measure(into report: inout Report) {
    let folder = "/tmp/heirloom-bench-\(getpid())"
    mkdir(folder, 0o700)
    setenv("XDG_RUNTIME_DIR", folder, 1)
    defer { rmdir("\(folder)/heirloom"); rmdir(folder) }
    let guest = ChangingGuest(
      setting.guest(["\(setting.build)/bench/changes"], ["--name", Self.kernelName, "--quiet", "--table", "vector_1"]
        + ["--module", "\(setting.build)/bench/noop3.so"]))
    defer { guest.end() }
    var times = Self.languages.map { _ in Times() }
    var alone = Samples(), marked = Samples()
    guest.waitForChange()
    while (try? KernelConnection.open(Self.kernelName)) == nil { usleep(10_000) }
    for round in 1...rounds {
      setting.progress.step("round \(round)")
      for (index, (_, file, name)) in Self.languages.enumerated() {
        byCommand(file, name, guest, &times[index])
        byRequest(file, name, guest, &times[index])
      }
      if round % 10 == 1 {
        let figures = Command("\(setting.build)/bench/marking", "1000000").output().split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
        alone.add(figures[0])
        marked.add(figures[1])
      }
    }
    write(times, marked.minus(alone), into: &report)
  }

  private func path(_ file: String) -> String { "\(setting.build)/plugins/\(file).so" }

  private func byCommand(_ file: String, _ name: String, _ guest: ChangingGuest, _ times: inout Times) {
    let start = now()
    let insmod = Command(setting.heirloom, "insmod", path(file)).run()
    guard insmod.exitCode == 0 else { fail("heirloom insmod \(path(file)): exit \(insmod.exitCode)") }
    times.insmod.add(insmod.milliseconds)
    times.commandToCall.add((guest.waitForChange() - start) * 1000)
    let rmmod = Command(setting.heirloom, "rmmod", name).run()
    guard rmmod.exitCode == 0 else { fail("heirloom rmmod \(name): exit \(rmmod.exitCode)") }
    times.rmmod.add(rmmod.milliseconds)
    guest.waitForChange()
  }

  private func byRequest(_ file: String, _ name: String, _ guest: ChangingGuest, _ times: inout Times) {
    guard let absolute = realpath(path(file), nil) else { fail("\(path(file)): not there") }
    defer { free(absolute) }
    do {
      let connection = try KernelConnection.open(Self.kernelName)
      let start = now()
      _ = try connection.ask(InsertModule(path: String(cString: absolute), parameters: []))
      times.requestToCall.add((guest.waitForChange() - start) * 1000)
      let another = try KernelConnection.open(Self.kernelName)
      let removal = now()
      _ = try another.ask(RemoveModule(module: name, seconds: nil, interrupt: false))
      times.removal.add((now() - removal) * 1000)
      guest.waitForChange()
    } catch { fail("\(error)") }
  }

  private func write(_ times: [Times], _ marking: Samples, into report: inout Report) {
    report.title(
      "Modules: load, unload, and being inside",
      """
      Milliseconds: medians of \(rounds) rounds in which C and Swift take turns, and what 99 of 100 do not exceed. A guest calls
      `getpid` without a pause all the while, and says by CLOCK_MONOTONIC when the answer was another one for the first time: so
      a module is never idle when it is unloaded, and the call that is inside has to end.
      """)
    let rows: [(String, KeyPath<Times, Samples>, String)] = [
      ("`heirloom insmod` started → first overridden call", \.commandToCall, "≤ 2"),
      ("`heirloom insmod`, start to exit", \.insmod, ""),
      ("the request to load sent → first overridden call", \.requestToCall, "≤ 2"),
      ("`heirloom rmmod`, start to exit", \.rmmod, "≤ 2"),
      ("the request to unload sent → answered", \.removal, "≤ 2"),
    ]
    report.table(
      ["", "C", "99 %", "Swift", "99 %", "goal"],
      rows.map { row in
        [row.0] + times.flatMap { [$0[keyPath: row.1].median.text(2), $0[keyPath: row.1].percentile(99).text(2)] } + [row.2]
      })
    report.line("Nanoseconds that a call pays so that the kernel knows which module it is inside of: the mark before, a second look")
    report.line("at the slot, the mark taken off. Measured alone, in a loop in C that makes the same loads and stores around a call")
    report.line("through a pointer as Dispatch.swift does, less the same loop without them.")
    report.line()
    report.table(["", "median", "range", "goal"], [["counted as inside", marking.median.text(2), marking.range(2), "≤ 2"]])
  }
}

/// A guest that runs Tests/Bench/Guests/changes.c, and its kernel.
private final class ChangingGuest {
  private var process = pid_t()
  private let output: UnsafeMutablePointer<FILE>

  init(_ command: Command) {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments = command.words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    guard posix_spawnp(&process, command.words[0], &actions, nil, &arguments, environ) == 0, let file = fdopen(ends[0], "r") else {
      fail("\(command.words[0]) cannot be started")
    }
    output = file
    close(ends[1])
    // It would go on for ever where the benchmark fails.
    Self.running = process
    atexit { if ChangingGuest.running > 0 { kill(ChangingGuest.running, SIGKILL) } }
  }

  private nonisolated(unsafe) static var running = pid_t(0)

  /// When its call's answer was another one, in seconds of `now`.
  @discardableResult
  func waitForChange() -> Double {
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), output) != nil else { fail("the guest has ended") }
    return Double(strtoll(line, nil, 10)) * 1e-9
  }

  func end() {
    kill(process, SIGTERM)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    Self.running = 0
    fclose(output)
  }
}
