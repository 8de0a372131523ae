internal import CMachine
public import HeirloomABI
public import HeirloomMachine

/// Where things stand in a guest's address space: as a 64-bit Linux lays out an i386 program without randomisation.
enum Layout {
  static let pageSize: UInt64 = 4096
  /// Ends user space (TASK_SIZE of an i386 program on x86-64).
  static let taskSize: UInt64 = 0xffff_e000
  static let stackTop: UInt64 = 0xffff_e000
  /// RLIMIT_STACK's default. The whole of it is mapped at once; pages cost memory when touched.
  static let stackSize: UInt64 = 8 << 20
  /// The page with the signal trampolines.
  static let trampoline: UInt64 = 0xf7ff_d000
  /// mmap goes downwards from here.
  static let mmapTop: UInt64 = 0xf7ff_c000
  /// vm.mmap_min_addr.
  static let lowest: UInt64 = 0x1_0000
  /// Where a position-independent program goes.
  static let programBase: UInt32 = 0x5655_5000

  @inline(__always) static func pageUp(_ value: UInt64) -> UInt64 { (value + 4095) & ~4095 }
  @inline(__always) static func pageDown(_ value: UInt64) -> UInt64 { value & ~4095 }
}

/// A guest's memory: the VMAs and the window that carries them out. Shared by the threads of a process, and by a vforked
/// child until it calls execve.
public final class AddressSpace: @unchecked Sendable {
  public let window: Window

  /// Guards the VMAs and every change of the window's mappings.
  let lock = Lock()
  var areas = VMAList()
  /// Forks that have begun and whose children have no table of descriptors of their own yet.
  var forks = 0
  /// Backings that no area has any more, and whose descriptors stay open for these.
  var unused: [FileBacking] = []
  /// The heap, from brk's start to its present end.
  var heapStart: UInt32 = 0
  var heapEnd: UInt32 = 0

  public init() throws(Errno) {
    window = try Window()
  }

  init(childOf parent: AddressSpace) throws(Errno) {
    window = try Window(childOf: parent.window)
  }

  /// The door to this memory for those who hold the address space.
  @inline(__always) var user: UserMemory { UserMemory(self) }
}
