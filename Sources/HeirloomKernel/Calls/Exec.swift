internal import HeirloomABI

extension Task {
  func execve(_ path: UserPath, _ arguments: UserPointer, _ environment: UserPointer) throws(Errno) -> RegistersReplaced {
    try execveat(.currentDirectory, path, arguments, environment, Flags(bits: 0))
  }

  func execveat(
    _ directory: FD, _ path: UserPath, _ arguments: UserPointer, _ environment: UserPointer, _ flags: Flags
  ) throws(Errno) -> RegistersReplaced {
    let name = try memory.bytes(path)
    if name.isEmpty { throw .ENOENT }
    var argv = try strings(arguments)
    let envp = try strings(environment)
    // An empty argv becomes one empty string, as Linux has done since 5.18.
    if argv.isEmpty { argv = [[]] }
    let finder = ProgramFinder { (path) throws(Errno) in try self.openForExec(path, at: directory) }
    try execute(finder.find(name, arguments: argv), environment: envp)
    return RegistersReplaced()
  }

  /// A NULL-terminated vector of strings; NULL itself is an empty one.
  private func strings(_ vector: UserPointer) throws(Errno) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    var total = 0
    var at = vector.address
    if vector.isNull { return [] }
    while true {
      let pointer = try memory.load(UserPointer(at), as: UInt32.self)
      if pointer == 0 { return strings }
      let longest = 128 << 10
      let string: [UInt8]
      do throws(Errno) { string = try memory.bytes(UserString(pointer), limit: longest) } catch {
        throw error == .ENAMETOOLONG ? .E2BIG : error
      }
      total += string.count + 1 + 4
      guard total <= InitialStack.stringLimit else { throw .E2BIG }
      strings.append(string)
      at &+= 4
    }
  }
}
