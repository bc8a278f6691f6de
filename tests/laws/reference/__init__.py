"""The slow, obvious interpreter of journeys: the executable meaning of the page of laws.

It keeps no registers: each condition scans the contact's whole history. It shares no code with core/journey and core/terms,
except published formulas (ids and draws) and the values that go in and come out.
"""
