extension Override {
  /// Is told of each call of that number, whoever serves it, before and afterwards; it serves none and changes nothing.
  /// `SyscallTable.register` takes it as it takes handlers, but without a rule.
  ///
  /// ```swift
  /// try table.register(.observer(of: __NR_openat) { event in
  ///   if event.result == -Int(Errno.ENOENT.code) { printk("no such file") }
  /// })
  /// ```
  public static func observer(of number: Int32, _ observe: @escaping (SyscallEvent) -> Void) -> Override {
    let handler = Handler { event in
      observe(SyscallEvent(event: UnsafeRawPointer(event).assumingMemoryBound(to: syscall_event.self)))
      return 0
    }
    var observer = Override(number, nil, handler: handler)
    observer.isObserver = true
    return observer
  }

  /// The same for all calls of the table.
  public static func observerOfAll(_ observe: @escaping (SyscallEvent) -> Void) -> Override {
    observer(of: Int32(SYSCALL_ANY), observe)
  }
}

/// What an observer is told of a call. It holds while the observer runs.
public struct SyscallEvent {
  let event: UnsafePointer<syscall_event>

  /// The call's.
  public var number: Int32 { event.pointee.number }

  /// What the call has answered, an error as a negative number; nil before it is served.
  public var result: Int? { event.pointee.phase == SYSCALL_AFTER ? Int(event.pointee.result) : nil }

  // Argument `index`, from 0 on; there are six. A number of two words is the argument of its first one.

  public func argument(_ index: Int, as type: Int32.Type = Int32.self) -> Int32 { Int32(bitPattern: word(index)) }
  public func argument(_ index: Int, as type: UInt32.Type = UInt32.self) -> UInt32 { word(index) }
  public func argument(_ index: Int, as type: Int64.Type = Int64.self) -> Int64 {
    Int64(bitPattern: UInt64(word(index + 1)) << 32 | UInt64(word(index)))
  }
  /// Memory of the guest's, which an observer can read alone.
  public func argument<Address: UserAddress>(_ index: Int, as type: Address.Type = Address.self) -> Address {
    let word = UInt(word(index))
    return Address(address: word == 0 ? 0 : UInt(bitPattern: event.pointee.memory) + word)
  }

  private func word(_ index: Int) -> UInt32 {
    let words = event.pointee.arguments
    switch index {
    case 0: return words.0
    case 1: return words.1
    case 2: return words.2
    case 3: return words.3
    case 4: return words.4
    case 5: return words.5
    default: preconditionFailure("a call has six arguments at most")
    }
  }
}
