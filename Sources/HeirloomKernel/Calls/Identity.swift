internal import HeirloomABI
internal import HeirloomMachine

// Who a process is (credentials(7)). The kernel keeps the numbers and applies their rules. Where the host lets it (it was
// started by root), the calling thread takes them on the host as well, so that the host's files are checked against them.

extension Credentials {
  /// CAP_SETUID and CAP_SETGID, which go with the effective user 0.
  var isPrivileged: Bool { euid == 0 }
  var userIDs: [UInt32] { [uid, euid, suid] }
  var groupIDs: [UInt32] { [gid, egid, sgid] }
}

extension Task {
  private static let unchanged = UInt32.max

  func getuid() throws(Errno) -> UInt32 { process.uid }
  func geteuid() throws(Errno) -> UInt32 { process.euid }
  func getgid() throws(Errno) -> UInt32 { process.gid }
  func getegid() throws(Errno) -> UInt32 { process.egid }
  func getuid16() throws(Errno) -> UInt32 { UInt32(ID16.from(process.uid)) }
  func geteuid16() throws(Errno) -> UInt32 { UInt32(ID16.from(process.euid)) }
  func getgid16() throws(Errno) -> UInt32 { UInt32(ID16.from(process.gid)) }
  func getegid16() throws(Errno) -> UInt32 { UInt32(ID16.from(process.egid)) }

  func setuid(_ id: UInt32) throws(Errno) -> Success {
    guard id != Self.unchanged else { throw .EINVAL }
    var new = process.credentials
    if new.isPrivileged {
      (new.uid, new.suid) = (id, id)
    } else if id != new.uid && id != new.suid {
      throw .EPERM
    }
    (new.euid, new.fsuid) = (id, id)
    return adopt(new)
  }

  func setgid(_ id: UInt32) throws(Errno) -> Success {
    guard id != Self.unchanged else { throw .EINVAL }
    var new = process.credentials
    if new.isPrivileged {
      (new.gid, new.sgid) = (id, id)
    } else if id != new.gid && id != new.sgid {
      throw .EPERM
    }
    (new.egid, new.fsgid) = (id, id)
    return adopt(new)
  }

  func setreuid(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Success {
    let old = process.credentials
    var new = old
    if real != Self.unchanged {
      guard old.isPrivileged || real == old.uid || real == old.euid else { throw .EPERM }
      new.uid = real
    }
    if effective != Self.unchanged {
      guard old.isPrivileged || old.userIDs.contains(effective) else { throw .EPERM }
      new.euid = effective
    }
    if real != Self.unchanged || (effective != Self.unchanged && effective != old.uid) { new.suid = new.euid }
    new.fsuid = new.euid
    return adopt(new)
  }

  func setregid(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Success {
    let old = process.credentials
    var new = old
    if real != Self.unchanged {
      guard old.isPrivileged || real == old.gid || real == old.egid else { throw .EPERM }
      new.gid = real
    }
    if effective != Self.unchanged {
      guard old.isPrivileged || old.groupIDs.contains(effective) else { throw .EPERM }
      new.egid = effective
    }
    if real != Self.unchanged || (effective != Self.unchanged && effective != old.gid) { new.sgid = new.egid }
    new.fsgid = new.egid
    return adopt(new)
  }

  func setresuid(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Success {
    let old = process.credentials
    for id in [real, effective, saved] where id != Self.unchanged {
      guard old.isPrivileged || old.userIDs.contains(id) else { throw .EPERM }
    }
    var new = old
    if real != Self.unchanged { new.uid = real }
    if effective != Self.unchanged { new.euid = effective }
    if saved != Self.unchanged { new.suid = saved }
    new.fsuid = new.euid
    return adopt(new)
  }

  func setresgid(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Success {
    let old = process.credentials
    for id in [real, effective, saved] where id != Self.unchanged {
      guard old.isPrivileged || old.groupIDs.contains(id) else { throw .EPERM }
    }
    var new = old
    if real != Self.unchanged { new.gid = real }
    if effective != Self.unchanged { new.egid = effective }
    if saved != Self.unchanged { new.sgid = saved }
    new.fsgid = new.egid
    return adopt(new)
  }

  func getresuid(_ real: OutBuffer, _ effective: OutBuffer, _ saved: OutBuffer) throws(Errno) -> Success {
    let ids = process.credentials
    try memory.store(ids.uid, at: real)
    try memory.store(ids.euid, at: effective)
    try memory.store(ids.suid, at: saved)
    return Success()
  }

  func getresgid(_ real: OutBuffer, _ effective: OutBuffer, _ saved: OutBuffer) throws(Errno) -> Success {
    let ids = process.credentials
    try memory.store(ids.gid, at: real)
    try memory.store(ids.egid, at: effective)
    try memory.store(ids.sgid, at: saved)
    return Success()
  }

  /// Answers the old one, whatever happens.
  func setfsuid(_ id: UInt32) throws(Errno) -> UInt32 {
    var new = process.credentials
    let old = new.fsuid
    if id != Self.unchanged, new.isPrivileged || new.userIDs.contains(id) || id == old {
      new.fsuid = id
      _ = adopt(new)
    }
    return old
  }

  func setfsgid(_ id: UInt32) throws(Errno) -> UInt32 {
    var new = process.credentials
    let old = new.fsgid
    if id != Self.unchanged, new.isPrivileged || new.groupIDs.contains(id) || id == old {
      new.fsgid = id
      _ = adopt(new)
    }
    return old
  }

  func getgroups(_ count: Int32, _ to: OutBuffer) throws(Errno) -> Int32 {
    let groups = process.credentials.groups
    if try !takesGroups(count) { return Int32(groups.count) }
    try memory.write(groups.flatMap { $0.bytes }, at: to.address)
    return Int32(groups.count)
  }

  func getgroups16(_ count: Int32, _ to: OutBuffer) throws(Errno) -> Int32 {
    let groups = process.credentials.groups
    if try !takesGroups(count) { return Int32(groups.count) }
    try memory.write(groups.flatMap { ID16.from($0).bytes }, at: to.address)
    return Int32(groups.count)
  }

  /// Whether the list is wanted, not only its length.
  private func takesGroups(_ count: Int32) throws(Errno) -> Bool {
    guard count >= 0 else { throw .EINVAL }
    if count == 0 { return false }
    guard Int(count) >= process.credentials.groups.count else { throw .EINVAL }
    return true
  }

  func setgroups(_ count: UInt32, _ list: InBuffer) throws(Errno) -> Success {
    try checkGroups(count)
    return setGroups(try memory.array(list, count: Int(count), of: UInt32.self))
  }

  func setgroups16(_ count: UInt32, _ list: InBuffer) throws(Errno) -> Success {
    try checkGroups(count)
    return setGroups(try memory.array(list, count: Int(count), of: UInt16.self).map(UInt32.init))
  }

  private func checkGroups(_ count: UInt32) throws(Errno) {
    let limit: UInt32 = 65536  // NGROUPS_MAX
    guard process.credentials.isPrivileged else { throw .EPERM }
    guard count <= limit else { throw .EINVAL }
  }

  private func setGroups(_ groups: [UInt32]) -> Success {
    var new = process.credentials
    new.groups = groups.sorted()
    return adopt(new)
  }

  /// Takes new numbers on, here and, where the host allows, on the calling host thread, whose numbers are its own.
  @discardableResult func adopt(_ new: Credentials) -> Success {
    let old = process.credentials
    process.credentials = new
    if old.groups != new.groups {
      _ = try? new.groups.flatMap(\.bytes).withHostBytes { (list) throws(Errno) in
        try Host.call(.setgroups, new.groups.count, list)
      }
    }
    if old.groupIDs != new.groupIDs {
      _ = try? Host.call(.setresgid, Int(new.gid), Int(new.egid), Int(new.sgid))
    }
    if old.userIDs != new.userIDs {
      _ = try? Host.call(.setresuid, Int(new.uid), Int(new.euid), Int(new.suid))
    }
    if new.fsgid != new.egid { _ = try? Host.call(.setfsgid, Int(new.fsgid)) }
    if new.fsuid != new.euid { _ = try? Host.call(.setfsuid, Int(new.fsuid)) }
    return Success()
  }
}

extension FixedWidthInteger {
  /// Low byte first.
  var bytes: [UInt8] { Swift.withUnsafeBytes(of: littleEndian) { Array($0) } }
}

// MARK: The calls with 16-bit numbers

extension Task {
  func setuid16(_ id: UInt32) throws(Errno) -> Success { try setuid(ID16.widen(id)) }
  func setgid16(_ id: UInt32) throws(Errno) -> Success { try setgid(ID16.widen(id)) }
  func setreuid16(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Success {
    try setreuid(ID16.widen(real), ID16.widen(effective))
  }
  func setregid16(_ real: UInt32, _ effective: UInt32) throws(Errno) -> Success {
    try setregid(ID16.widen(real), ID16.widen(effective))
  }
  func setresuid16(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Success {
    try setresuid(ID16.widen(real), ID16.widen(effective), ID16.widen(saved))
  }
  func setresgid16(_ real: UInt32, _ effective: UInt32, _ saved: UInt32) throws(Errno) -> Success {
    try setresgid(ID16.widen(real), ID16.widen(effective), ID16.widen(saved))
  }
  func getresuid16(_ real: OutBuffer, _ effective: OutBuffer, _ saved: OutBuffer) throws(Errno) -> Success {
    let ids = process.credentials
    try memory.store(ID16.from(ids.uid), at: real)
    try memory.store(ID16.from(ids.euid), at: effective)
    try memory.store(ID16.from(ids.suid), at: saved)
    return Success()
  }
  func getresgid16(_ real: OutBuffer, _ effective: OutBuffer, _ saved: OutBuffer) throws(Errno) -> Success {
    let ids = process.credentials
    try memory.store(ID16.from(ids.gid), at: real)
    try memory.store(ID16.from(ids.egid), at: effective)
    try memory.store(ID16.from(ids.sgid), at: saved)
    return Success()
  }
  func setfsuid16(_ id: UInt32) throws(Errno) -> UInt32 { UInt32(ID16.from(try setfsuid(ID16.widen(id)))) }
  func setfsgid16(_ id: UInt32) throws(Errno) -> UInt32 { UInt32(ID16.from(try setfsgid(ID16.widen(id)))) }
}
