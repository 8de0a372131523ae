internal import HeirloomABI
internal import HeirloomMachine

/// Builds the address space that a program starts in: its segments, its interpreter, heap, stack and trampolines
/// (fs/binfmt_elf.c).
struct ProgramLoader {
  let memory: AddressSpace
  private(set) var entry: UInt32 = 0
  private(set) var stackPointer: UInt32 = 0

  init() throws(Errno) { memory = try AddressSpace() }

  mutating func load(
    _ program: Program, arguments: [[UInt8]], environment: [[UInt8]], _ credentials: Credentials,
    isSecure: Bool
  ) throws(Errno) {
    let image = program.image
    let bias = image.isRelocatable ? Layout.programBase &- UInt32(image.extent.start) : 0
    try map(image, program.descriptor, bias: bias)
    memory.heapStart = UInt32(image.extent.end) &+ bias
    memory.heapEnd = memory.heapStart
    entry = image.entry &+ bias
    var interpreterBase: UInt32 = 0
    if let (interpreter, descriptor) = program.interpreter {
      let extent = interpreter.extent
      // One range for the whole of it, so that its segments keep their distances.
      let base = try memory.map(
        length: extent.length, [], at: .anywhere(hint: 0), .anonymous, shared: false)
      interpreterBase = base &- UInt32(extent.start)
      try map(interpreter, descriptor, bias: interpreterBase)
      entry = interpreter.entry &+ interpreterBase
    }
    try mapStack(executable: image.hasExecutableStack)
    try Trampoline.map(into: memory)
    let auxiliary = AuxiliaryVector(
      programHeaders: image.programHeaderAddress &+ bias, programHeaderCount: image.programHeaderCount,
      interpreterBase: interpreterBase, entry: image.entry &+ bias, credentials: credentials,
      isSecure: isSecure)
    stackPointer = try InitialStack(memory: memory).build(
      arguments: arguments, environment: environment, path: program.path, auxiliary)
  }

  private func map(_ image: ELFImage, _ descriptor: Int32, bias: UInt32) throws(Errno) {
    for segment in image.segments {
      let start = segment.address &+ bias
      let page = start & ~4095
      let fileEnd = Layout.pageUp(UInt64(start) + UInt64(segment.fileSize))
      let memoryEnd = Layout.pageUp(UInt64(start) + UInt64(segment.memorySize))
      if segment.fileSize > 0 {
        _ = try memory.map(
          length: fileEnd - UInt64(page), segment.protection, at: .fixed(page),
          .file(descriptor: descriptor, offset: UInt64(segment.offset & ~4095)), shared: false)
      }
      if segment.memorySize > segment.fileSize {
        let zeroes = start &+ segment.fileSize
        let inLastPage = segment.fileSize > 0 ? UInt32(fileEnd - UInt64(zeroes)) : 0
        if inLastPage > 0, segment.protection.contains(.write) { try memory.window.clear(zeroes, count: inLastPage) }
        let anonymousStart = segment.fileSize > 0 ? fileEnd : UInt64(page)
        if memoryEnd > anonymousStart {
          _ = try memory.map(
            length: memoryEnd - anonymousStart, segment.protection, at: .fixed(UInt32(anonymousStart)), .anonymous,
            shared: false)
        }
      }
    }
  }

  private func mapStack(executable: Bool) throws(Errno) {
    var protection: Protection = [.read, .write]
    if executable { protection.insert(.execute) }
    _ = try memory.map(
      length: Layout.stackSize, protection, at: .fixed(UInt32(Layout.stackTop - Layout.stackSize)), .anonymous,
      shared: false, purpose: .stack)
  }
}

/// A program that was found, opened and checked, with the descriptors that its memory will be mapped from.
struct Program {
  let image: ELFImage
  let descriptor: Int32
  let interpreter: (image: ELFImage, descriptor: Int32)?
  /// Whom its set-id bits make the process.
  let setID: SetID
  /// The system call table that it names.
  let table: String?
  /// As execve was given it: AT_EXECFN.
  let path: [UInt8]
}
