/// Something for each of some guest pages, open-addressed by their numbers. One thread at a time; who has it deallocates it.
struct PageDirectory<Element: BitwiseCopyable> {
  private struct Slot { var page: UInt32; var element: Element }

  /// nil until something is added.
  private var slots: UnsafeMutablePointer<Slot>?
  private var mask = 0
  private(set) var count = 0
  /// What a page has to begin with.
  private let initial: Element

  private static var none: UInt32 { .max }

  init(initial: Element) { self.initial = initial }

  func deallocate() { slots?.deallocate() }

  /// The slot that has the page, or the free one where it would stand.
  @inline(__always)
  private func slot(_ page: UInt32, in slots: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Slot> {
    var index = Int((page &* 0x9e37_79b1) >> 12) & mask
    while slots[index].page != page && slots[index].page != Self.none { index = (index + 1) & mask }
    return slots + index
  }

  /// The page's element, until another is added; nil where it has none.
  @inline(__always)
  subscript(page: UInt32) -> UnsafeMutablePointer<Element>? {
    guard let slots else { return nil }
    let slot = slot(page, in: slots)
    return slot.pointee.page == Self.none ? nil : Self.element(slot)
  }

  @inline(__always)
  private static func element(_ slot: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Element> {
    (UnsafeMutableRawPointer(slot) + MemoryLayout<Slot>.offset(of: \.element)!).assumingMemoryBound(to: Element.self)
  }

  /// The page's element, which is made where there is none.
  mutating func take(_ page: UInt32) -> UnsafeMutablePointer<Element> {
    if let element = self[page] { return element }
    if count * 2 >= mask { grow() }
    count += 1
    let slot = slot(page, in: slots!)
    slot.pointee.page = page
    return Self.element(slot)
  }

  private mutating func grow() {
    let (old, capacity) = (slots, mask + 1)
    mask = max(mask * 2 + 1, 31)
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: mask + 1)
    slots.initialize(repeating: Slot(page: Self.none, element: initial), count: mask + 1)
    self.slots = slots
    guard let old else { return }
    for index in 0..<capacity where old[index].page != Self.none { slot(old[index].page, in: slots).pointee = old[index] }
    old.deallocate()
  }

  /// All pages that have an element, in no order.
  func forEach(_ body: (UInt32, Element) -> Void) {
    guard let slots else { return }
    for index in 0...mask where slots[index].page != Self.none { body(slots[index].page, slots[index].element) }
  }
}
