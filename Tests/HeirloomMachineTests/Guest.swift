import CMachine
import HeirloomABI
import HeirloomMachine
import Testing

/// A window with a page of code, pages of data and a stack, and a processor that stops at `int $0x80`.
///
/// Code stands at `code`. The page after the two of data is not mapped, nor is what is below the stack's page.
final class Guest {
  static let code: UInt32 = 0x10_0000
  static let data: UInt32 = 0x20_0000
  static let dataSize: UInt64 = 0x2000
  static let stack: UInt32 = 0x30_0000
  static let stackTop: UInt32 = 0x30_0f00

  let window: Window
  let processor: Processor
  private let storage: UnsafeMutableRawPointer

  private static let handlers: Void = try! Processor.setUpHost()

  /// - Parameter protection: the code page's.
  init(_ bytes: [UInt8], _ protection: Protection = [.read, .execute]) throws {
    Self.handlers
    let window = try Window()
    self.window = window
    try window.mapAnonymous(PageRange(start: Self.code, length: 0x2000), [.read, .write])
    try window.mapAnonymous(PageRange(start: Self.data, length: Self.dataSize), [.read, .write])
    try window.mapAnonymous(PageRange(start: Self.stack, length: 0x1000), [.read, .write])
    try bytes.withUnsafeBytes { try window.copyOut($0, to: Self.code) }
    try window.protect(PageRange(start: Self.code, length: 0x2000), protection)
    storage = .allocate(byteCount: Processor.storageSize, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: Processor.storageSize)
    processor = try Processor(storage: storage, window: window)
    processor.state.pointee.gate = { _ in 1 }
    processor.bind()
    processor.reset(eip: Self.code, esp: Self.stackTop)
  }

  deinit {
    processor.unbind()
    storage.deallocate()
  }

  var registers: pt_regs {
    get { processor.state.pointee.regs }
    set { processor.state.pointee.regs = newValue }
  }

  /// Runs to a fault.
  func fault() throws -> Fault {
    let trap = processor.run()
    guard case .fault(let fault) = trap else { throw Surprise(trap: trap) }
    return fault
  }

  /// Runs to `int $0x80`.
  func finish() throws {
    let trap = processor.run()
    guard case .systemCall = trap else { throw Surprise(trap: trap) }
  }

  struct Surprise: Error { let trap: Trap }
}

/// "cd 80" and the like.
func bytes(_ text: String) -> [UInt8] { text.split(separator: " ").map { UInt8($0, radix: 16)! } }
