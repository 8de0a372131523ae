internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

extension Task {
  /// Replaces the process's program (execve(2)). The old one is untouched where this throws.
  ///
  /// - Parameter heedsBrand: the program may name a table for itself.
  func execute(_ found: ProgramFinder.Found, environment: [[UInt8]], heedsBrand: Bool = true) throws(Errno) {
    var loader = try ProgramLoader()
    let executable: [UInt8]
    let new = credentials(executing: found.program)
    let changesID = new.euid != process.credentials.euid || new.egid != process.credentials.egid
    do throws(Errno) {
      defer { found.program.close() }
      executable = (try? HostLink.target(ofDescriptor: found.program.descriptor)) ?? []
      try loader.load(
        found.program, arguments: found.arguments, environment: environment, new,
        isSecure: new.euid != new.uid || new.egid != new.gid)
    } catch {
      loader.memory.closeBackings()
      throw error
    }
    // No way back from here.
    try endOtherTasks()
    if new != process.credentials { adopt(new) }
    kernel.tables.execute(self, changesID: changesID, wish: heedsBrand ? found.program.table : nil, by: new)
    let old = process.memory
    leaveMemory()
    process.memory = loader.memory
    processor.enter(loader.memory.window)
    old.closeBackings()
    processor.reset(eip: loader.entry, esp: loader.stackPointer)
    registers.pointee.orig_eax = UInt32.max
    process.signals.resetForExec()
    forgetSignals(of: process.signals.timers.removeAll())
    signals.alternateStack = AlternateStack()
    restart = nil
    robustList = 0
    process.executable = executable
    process.isDumpable = true
    closeOnExec()
    process.arguments = found.arguments
    setName(of: found.program.path)
    attachments.execute()
    process.attachments.execute()
  }

  /// comm: the program's last path component, 15 bytes of it.
  func setName(of path: [UInt8]) {
    let name = path.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? path
    withUnsafeMutableBytes(of: &block.pointee.current.comm) { comm in
      for index in comm.indices { comm[index] = index < 15 && index < name.count ? name[index] : 0 }
    }
  }

  /// The program's name, for people.
  public var name: String { String(decoding: nameBytes, as: UTF8.self) }

  /// The same for /proc/<pid>/comm, `LosslessText`.
  var comm: String { LosslessText.string(nameBytes) }

  private var nameBytes: [UInt8] { withUnsafeBytes(of: block.pointee.current.comm) { Array($0.prefix { $0 != 0 }) } }

  /// Closes the guest's descriptors that carry FD_CLOEXEC. The kernel's own stand above the guest's limit and stay.
  private func closeOnExec() {
    if process.takeDescriptorsAsExecLeftThem() { return }
    let getDescriptorFlags = 1
    var open: [Int32] = []
    for descriptor in process.notedDescriptors ?? DescriptorLimits.openDescriptors() {
      guard let flags = try? Host.call(.fcntl, Int(descriptor), getDescriptorFlags) else { continue }
      if flags & 1 != 0 {
        _ = try? Host.call(.close, Int(descriptor))
      } else {
        open.append(descriptor)
      }
    }
    process.descriptors.settle(open)
  }
}
