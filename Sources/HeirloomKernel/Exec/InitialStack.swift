internal import HeirloomABI
internal import HeirloomMachine

/// What the kernel tells a new program about itself (getauxval(3)).
struct AuxiliaryVector {
  let programHeaders, programHeaderCount, interpreterBase, entry: UInt32
  let credentials: Credentials
  /// AT_SECURE: the program runs with rights that its caller has not.
  let isSecure: Bool

  /// Tag and value, without the ones that hold an address on the stack.
  var entries: [(UInt32, UInt32)] {
    [
      (3, programHeaders), (4, 32), (5, programHeaderCount), (6, 4096), (7, interpreterBase), (8, 0), (9, entry),
      (11, credentials.uid), (12, credentials.euid), (13, credentials.gid), (14, credentials.egid),
      (16, Processor.hardwareCapabilities), (17, 100), (23, isSecure ? 1 : 0), (26, 0), (51, 1536),
    ]
  }
}

/// A new program's stack: strings, argv, envp and the auxiliary vector (System V ABI for i386, "Process Initialization").
struct InitialStack {
  let memory: AddressSpace

  /// Bytes that argv and envp may take (a quarter of the stack's limit, execve(2)).
  static let stringLimit = Int(Layout.stackSize / 4)

  /// - Returns: the stack pointer at the program's first instruction.
  /// - Throws: E2BIG.
  func build(
    arguments: [[UInt8]], environment: [[UInt8]], path: [UInt8], _ auxiliary: AuxiliaryVector
  ) throws(Errno) -> UInt32 {
    var strings: [UInt8] = []
    let top = UInt32(Layout.stackTop) - 4
    // Strings stand in ascending order below `top`; their addresses are known once their total is.
    var offsets: [Int] = []
    for string in arguments + environment + [path, Array("i686".utf8)] {
      offsets.append(strings.count)
      strings += string
      strings.append(0)
    }
    guard strings.count <= Self.stringLimit else { throw .E2BIG }
    let stringsBase = top - UInt32(strings.count)
    let randomBase = (stringsBase & ~15) - 16
    let address = offsets.map { stringsBase + UInt32($0) }
    let count = arguments.count + environment.count

    var words: [UInt32] = [UInt32(arguments.count)]
    words += address[0..<arguments.count]
    words.append(0)
    words += address[arguments.count..<count]
    words.append(0)
    let tail: [(UInt32, UInt32)] = [(25, randomBase), (31, address[count]), (15, address[count + 1]), (0, 0)]
    for (tag, value) in auxiliary.entries + tail { words += [tag, value] }
    let stackPointer = (randomBase - UInt32(words.count * 4)) & ~15

    try memory.user.write(strings, at: stringsBase)
    try memory.user.write(Self.randomBytes(), at: randomBase)
    try memory.user.write(words.withUnsafeBytes { [UInt8]($0) }, at: stackPointer)
    return stackPointer
  }

  private static func randomBytes() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    let halves = [generator.next(), generator.next()]
    return halves.withUnsafeBytes { [UInt8]($0) }
  }
}
