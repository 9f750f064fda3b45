//! Module parameters, as `insmod` takes them.

use host_rig::{Errno, LoadError, Machine, Part};

host_rig::both! {
    /// What does not parse keeps the module from loading, and says why.
    fn a_wrong_value_is_refused(variant) {
        let mut machine = Machine::new(variant);
        machine.card(Part::Am79C970A);
        for (words, errno) in [
            (["debug=x"], Errno::EINVAL),
            (["debug="], Errno::EINVAL),
            (["debug"], Errno::EINVAL),
            (["debug=99999999999"], Errno::ERANGE),
            (["debug=1,2"], Errno::EINVAL),
            (["upcall_timeout_ms=-1"], Errno::EINVAL),
        ] {
            assert_eq!(machine.insmod(&words), Err(LoadError::Errno(errno)), "{words:?}");
        }
        machine.expect_error("invalid for parameter `debug'");
        machine.expect_error("invalid for parameter `upcall_timeout_ms'");
        // Nothing is left of it.
        machine.insmod(&["debug=0x10"]).unwrap();
    }

    /// An unknown name is a warning.
    fn an_unknown_name_is_ignored(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.insmod(&["colour=red"]).unwrap();
        assert!(machine.logged("unknown parameter 'colour' ignored"), "{}", machine.log_text());
        machine.interface(card).up().unwrap();
    }
}
