internal import HeirloomABI
internal import HeirloomMachine

/// A program to start as a child of the kernel itself, which is process 1.
public struct StartRequest: Sendable {
  /// As execve takes it; below the root.
  public var path: [UInt8]
  public var arguments: [[UInt8]]
  /// `KEY=value` strings.
  public var environment: [[UInt8]]
  /// The system call table that the process starts with; nil: none.
  public var table: String?
  /// What it gets where it does not start with the host process's own; nil: it does.
  public var surroundings: Surroundings?

  public init(
    path: [UInt8], arguments: [[UInt8]], environment: [[UInt8]], table: String?, surroundings: Surroundings? = nil
  ) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.table = table
    self.surroundings = surroundings
  }

  /// Open files of the calling thread's table, for a program that somebody else has asked for. They stay the caller's.
  public struct Surroundings: Sendable {
    /// What become the program's descriptors, by number: 0, 1 and 2; one that is missing is closed there.
    public var files: [Int32: Int32]
    /// The working directory, O_PATH. With a root of their own, guests start at its top.
    public var directory: Int32
    public var umask: UInt32
    /// Called when all of the program's session are stopped.
    public var whenStopped: @Sendable () -> Void

    public init(files: [Int32: Int32], directory: Int32, umask: UInt32, whenStopped: @escaping @Sendable () -> Void) {
      self.files = files
      self.directory = directory
      self.umask = umask
      self.whenStopped = whenStopped
    }
  }
}

extension Kernel {
  /// Starts a program as a new session's leader; returns when it runs.
  ///
  /// - Parameter whenEnded: called on the program's last thread, which has no descriptors any more.
  /// - Throws: `StartError` with a message for the user.
  @discardableResult
  func start(
    _ request: StartRequest, whenEnded: @escaping @Sendable (ExitStatus) -> Void
  ) throws(StartError) -> Process {
    let task = try makeTask(request)
    let process = task.process
    let files = process.files
    defer { if request.surroundings != nil { files.closeHere() } }
    do throws(StartError) {
      if let table = request.table { try use(table, task) }
      process.whenEnded = whenEnded
      if request.surroundings == nil {
        first = process
        process.descriptors.areAsExecLeftThem = true
      }
      try run(task, request)
    } catch {
      _ = dropTerminal(ofSession: process.id)
      throw error
    }
    return process
  }

  private func makeTask(_ request: StartRequest) throws(StartError) -> Task {
    do throws(Errno) {
      let files: FileSystemState
      if let surroundings = request.surroundings {
        files = try FileSystemState(
          root: options.root, directory: surroundings.directory, umask: surroundings.umask)
      } else {
        files = try FileSystemState.boot(root: options.root)
      }
      let task = try addProcess(
        parent: nil, like: nil, memory: noMemory, files: files,
        signals: ProcessSignals(handlers: SignalHandlers()), exitSignal: 0)
      let device = request.surroundings.map { $0.files.values.lazy.compactMap(GuestTerminal.device).first }
        ?? GuestTerminal.deviceOfStandardFiles()
      addTerminal(
        GuestTerminal(device: device, session: task.process.id, whenStopped: request.surroundings?.whenStopped))
      return task
    } catch { throw StartError("cannot set up the process (root \(options.root))", error, exitCode: 126) }
  }

  private func use(_ table: String, _ task: Task) throws(StartError) {
    do throws(BindingError) { try task.selectTable(table, .host) } catch {
      let user = task.process.euid
      let (error, isRevoked) = (error.error, error.isRevoked)
      forget(task)
      if error == .EACCES {
        let why = isRevoked ? "revoked" : "not for user \(user) to select"
        throw StartError("the system call table '\(table)' is \(why) (\(error))", exitCode: 125)
      }
      let hint =
        tables.descriptions.isEmpty
        ? "no module has made one; load a module that registers into it with --module" : tables.namesText
      throw StartError("no system call table named '\(table)' (\(error)); \(hint)", exitCode: 125)
    }
  }

  /// Starts the task's thread, and returns when the program is in its memory.
  private func run(_ task: Task, _ request: StartRequest) throws(StartError) {
    let failure = Outcome()
    let ready = WaitQueue()
    let ticket = ready.ticket
    do throws(Errno) {
      try HostThread.start(on: task.stack) {
        HostSignals.adoptMask()
        DescriptorLimits.unshareTable()
        if let files = request.surroundings?.files { DescriptorLimits.arrange(files) }
        do throws(StartError) { try task.executeFirst(request) } catch { failure.error = error }
        let hasFailed = failure.error != nil
        ready.notify()
        if hasFailed { task.abandon() } else { task.runUntilExit() }
      }
    } catch {
      forget(task)
      throw StartError("the host has no thread for the process: \(error)", exitCode: 126)
    }
    ready.waitUninterruptibly(ticket)
    if let error = failure.error { throw error }
  }
}

private final class Outcome: @unchecked Sendable {
  var error: StartError?
}

extension Task {
  fileprivate func executeFirst(_ start: StartRequest) throws(StartError) {
    if let credentials = kernel.options.credentials {
      // What the host thread is until now.
      process.credentials = .ofHostUser()
      adopt(credentials)
    }
    let finder = ProgramFinder { (path) throws(Errno) in try self.openForExec(path, at: .currentDirectory) }
    do throws(Errno) {
      try execute(
        finder.find(start.path, arguments: start.arguments), environment: start.environment,
        // A table that was asked for on the command line goes before the program's own wish.
        heedsBrand: table == nil)
    } catch {
      throw StartError(whyNot: error, String(decoding: start.path, as: UTF8.self), header: header(of: start.path))
    }
  }

  private func header(of path: [UInt8]) -> [UInt8] {
    guard let descriptor = try? openForExec(path, at: .currentDirectory) else { return [] }
    defer { ProgramFinder.close(descriptor) }
    return (try? HostFile.read(descriptor, count: 256, at: 0)) ?? []
  }

  /// Takes a task out of the tree whose program could not be started. Runs on its own thread, as the last thing there.
  fileprivate func abandon() {
    process.whenEnded = nil
    kernel.tables.end(self)
    kernel.remove(self)
    stack.retire()
  }
}
