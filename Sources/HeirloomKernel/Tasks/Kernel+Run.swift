internal import HeirloomABI
internal import HeirloomMachine

extension Kernel {
  /// Runs a program as the first guest process and waits until it has ended. Other guests end with the kernel's process.
  ///
  /// - Parameters:
  ///   - path: as execve takes it; with `options.root`, below that.
  ///   - table: the system call table that the process starts with; nil: none.
  /// - Throws: `StartError` with a message for the user.
  public func run(
    path: String, arguments: [String], environment: [String], table: String?
  ) throws(StartError) -> ExitStatus {
    HostSignals.block()
    let task = try makeFirst(path)
    if let table { try use(table, task) }
    let start = FirstProgram(
      path: Array(path.utf8), arguments: arguments.map { Array($0.utf8) }, environment: environment.map { Array($0.utf8) })
    let failure = Outcome()
    let ready = WaitQueue()
    let ticket = ready.ticket
    do throws(Errno) {
      try HostThread.start(on: task.stack) {
        DescriptorLimits.unshareTable()
        do throws(StartError) { try task.executeFirst(start) } catch { failure.error = error }
        ready.notify()
        if failure.error == nil { task.runUntilExit() }
      }
    } catch { throw StartError("the host has no thread for the first process: \(error)", exitCode: 126) }
    ready.waitUninterruptibly(ticket)
    if let error = failure.error { throw error }
    return HostSignals.forward(to: self)
  }

  private func makeFirst(_ path: String) throws(StartError) -> Task {
    do throws(Errno) {
      let files = try FileSystemState.boot(root: options.root)
      let task = try addProcess(
        parent: nil, like: nil, memory: try AddressSpace(), files: files,
        signals: ProcessSignals(handlers: SignalHandlers()), exitSignal: 0)
      first = task.process
      terminalSession = task.process.id
      foregroundGroup = task.process.id
      return task
    } catch { throw StartError("cannot set up the first process: \(error) (root \(options.root))", exitCode: 126) }
  }

  private func use(_ table: String, _ task: Task) throws(StartError) {
    do throws(Errno) { try task.selectTable(table, .host) } catch {
      if error == .EACCES {
        throw StartError("the system call table '\(table)' is not for user \(task.process.credentials.euid) to select (\(error))", exitCode: 125)
      }
      let known = tables.descriptions.map(\.name)
      let hint =
        known.isEmpty
        ? "no module has made one; load a module that registers into it with --module"
        : "there are: " + known.joined(separator: ", ")
      throw StartError("no system call table named '\(table)' (\(error)); \(hint)", exitCode: 125)
    }
  }

  /// The first process has ended: its status is `run`'s result.
  func finishFirst(_ status: ExitStatus) {
    treeLock.withLock { firstStatus = status }
    HostSignals.wakeForwarder()
  }

  var hasEnded: ExitStatus? { treeLock.withLock { firstStatus } }

  /// When every guest is stopped, from the terminal or by a signal, so is the host process, for the user's shell to see.
  func stopHostIfAllAreStopped() {
    let all = allProcesses
    if all.allSatisfy({ process in process.signals.lock.withLock { process.signals.stoppedBy != 0 } }) {
      HostSignals.stopHost()
    }
  }
}

private struct FirstProgram: Sendable {
  let path: [UInt8]
  let arguments: [[UInt8]]
  let environment: [[UInt8]]
}

private final class Outcome: @unchecked Sendable {
  var error: StartError?
}

extension Task {
  fileprivate func executeFirst(_ start: FirstProgram) throws(StartError) {
    if let credentials = kernel.options.credentials {
      // What the host thread is until now.
      process.credentials = .ofHostUser()
      adopt(credentials)
    }
    let finder = ProgramFinder { (path) throws(Errno) in try self.openForExec(path, at: .currentDirectory) }
    do throws(Errno) {
      // A table that was asked for on the command line goes before the program's own wish.
      try execute(
        finder.find(start.path, arguments: start.arguments), environment: start.environment, heedsBrand: table == nil)
    } catch {
      throw StartError(whyNot: error, String(decoding: start.path, as: UTF8.self), header: header(of: start.path))
    }
  }

  private func header(of path: [UInt8]) -> [UInt8] {
    guard let descriptor = try? openForExec(path, at: .currentDirectory) else { return [] }
    defer { ProgramFinder.close(descriptor) }
    return (try? HostFile.read(descriptor, count: 256, at: 0)) ?? []
  }
}

extension StartError {
  /// What a user can do about a program that execve refused.
  fileprivate init(whyNot error: Errno, _ path: String, header: [UInt8]) {
    switch error {
    case .ENOENT where header.isEmpty:
      self.init("\(path): no such file", exitCode: 127)
    case .ENOENT where header.starts(with: [0x23, 0x21]):
      self.init("\(path): the interpreter in its first line does not exist", exitCode: 126)
    case .ENOENT:
      self.init(
        "\(path): its interpreter (the dynamic linker, such as /lib/ld-linux.so.2) does not exist; "
          + "install the i386 C library, or give a tree that has it with --root", exitCode: 126)
    case .EACCES:
      self.init("\(path): not an executable file (permission denied)", exitCode: 126)
    case .ENOEXEC where header.starts(with: [0x23, 0x21]):
      self.init("\(path): the interpreter in its first line is not an i386 program", exitCode: 126)
    case .ENOEXEC:
      self.init("\(path): \(Self.kind(of: header))", exitCode: 126)
    case .EFAULT:
      self.init("\(path): damaged ELF file: it ends before its last segment", exitCode: 126)
    case .ELIBBAD:
      self.init("\(path): its interpreter is not an i386 program", exitCode: 126)
    default:
      self.init("\(path): cannot be started: \(error)", exitCode: 126)
    }
  }

  private static func kind(of header: [UInt8]) -> String {
    do throws(ELFImage.Problem) {
      try ELFImage.check(header)
      return "damaged ELF file"
    } catch {
      return switch error {
      case .notELF: "not an ELF file; Heirloom runs i386 ELF programs and scripts that name one"
      case .is64Bit: "64-bit: Heirloom runs i386 programs; compile it with gcc -m32"
      case .otherMachine: "built for another processor: Heirloom runs i386 programs"
      case .notExecutable: "an ELF file, but not a program"
      }
    }
  }
}
