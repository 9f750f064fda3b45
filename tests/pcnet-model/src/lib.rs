//! A model of the Am79C97x family of Ethernet controllers.
