internal import HeirloomABI
internal import HeirloomMachine

extension AddressSpace {
  /// A forked child's memory: the same mappings, shared ones shared, private pages copied.
  ///
  /// Runs on the parent's thread. The child's table of descriptors will hold the backings under the same numbers.
  func copy() throws(Errno) -> AddressSpace {
    let child = try AddressSpace()
    try lock.withLock { () throws(Errno) in
      var copies: [ObjectIdentifier: FileBacking] = [:]
      for area in areas.areas {
        var own = area
        if let backing = area.backing {
          let copied =
            copies[ObjectIdentifier(backing)]
            ?? FileBacking(
              descriptor: backing.descriptor, path: backing.path, device: backing.device, inode: backing.inode)
          copies[ObjectIdentifier(backing)] = copied
          own.backing = copied
        }
        try copyPages(of: own, to: child)
        child.areas.insert(own)
      }
      child.heapStart = heapStart
      child.heapEnd = heapEnd
      child.window.adoptTranslations(of: window)
    }
    return child
  }

  private func copyPages(of area: VMA, to child: AddressSpace) throws(Errno) {
    if area.isShared {
      try child.window.shareMapping(of: window, area.range, area.protection)
      return
    }
    if let backing = area.backing {
      try child.window.mapFile(
        area.range, area.protection, descriptor: backing.descriptor, offset: area.offset, shared: false)
    } else {
      try child.window.mapAnonymous(area.range, area.protection)
    }
    try child.window.copyPrivatePages(of: window, area.range, area.protection)
  }
}
